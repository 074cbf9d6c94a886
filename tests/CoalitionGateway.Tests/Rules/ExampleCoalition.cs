using System.Collections.Concurrent;
using CoalitionGateway.V1;

namespace CoalitionGateway.Tests.Rules;

/// <summary>A gateway of its own, in which each example of the page is played once.</summary>
public sealed class ExampleCoalition : IAsyncLifetime
{
    private readonly TestCoalition _coalition = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<string[]>>>> _played = new();

    public ValueTask InitializeAsync() => _coalition.InitializeAsync();

    public ValueTask DisposeAsync() => _coalition.DisposeAsync();

    /// <summary>The rows of an example's table, as they happened.</summary>
    internal Task<IReadOnlyList<string[]>> Play(RulesExample example) =>
        _played.GetOrAdd(example.Brands[0].Id, _ => new Lazy<Task<IReadOnlyList<string[]>>>(() => Begin(example))).Value;

    private async Task<IReadOnlyList<string[]>> Begin(RulesExample example)
    {
        var brands = new Dictionary<string, TestPartner>();
        foreach (var brand in example.Brands)
        {
            brands[brand.Id] = await Register(brand);
        }

        foreach (var request in example.Requests)
        {
            await Send(request);
        }

        return await new ExamplePlay(_coalition, example, brands).Play();
    }

    private async Task<TestPartner> Register(ExampleBrand brand)
    {
        var programmes = _coalition.Gateway.Operator.Programmes;
        var registered = await programmes.RegisterPartnerAsync(new RegisterPartnerRequest
        {
            RequestId = RequestIds.New(), Partner = new Partner { PartnerId = brand.Id, DisplayName = brand.Id },
        });
        if (brand.ProgrammeId.Length > 0)
        {
            await programmes.CreateProgrammeAsync(new CreateProgrammeRequest
            {
                RequestId = RequestIds.New(),
                Programme = new Programme
                {
                    ProgrammeId = brand.ProgrammeId, PartnerId = brand.Id, DisplayName = brand.ProgrammeId, TimeZone = brand.TimeZone,
                    PointValue = new Money { CurrencyCode = "EUR", Micros = 10_000 },
                },
            });
        }

        return new TestPartner(
            brand.Id, brand.ProgrammeId, registered.ClientId, registered.ClientSecret, _coalition.Gateway.As(registered.ClientId, registered.ClientSecret));
    }

    /// <summary>Sends a request of the operator. A member's requests wait until there is the member.</summary>
    private async Task Send(ExampleRequest request)
    {
        var (operators, id) = (_coalition.Gateway.Operator, RequestIds.New());
        switch (request.Method)
        {
            case "ProgrammeService.PublishAgreement":
                var agreement = PublishAgreementRequest.Parser.ParseJson(request.Json);
                agreement.RequestId = id;
                await operators.Programmes.PublishAgreementAsync(agreement);
                break;
            case "RuleService.PublishProgrammeTerms":
                var terms = PublishProgrammeTermsRequest.Parser.ParseJson(request.Json);
                terms.RequestId = id;
                await operators.Rules.PublishProgrammeTermsAsync(terms);
                break;
            case "RuleService.PublishCampaign":
                var campaign = PublishCampaignRequest.Parser.ParseJson(request.Json);
                campaign.RequestId = id;
                await operators.Rules.PublishCampaignAsync(campaign);
                break;
            case ExamplePlay.MembersRequest:
                break;
            default:
                throw new FormatException($"No example can call {request.Method}.");
        }
    }
}
