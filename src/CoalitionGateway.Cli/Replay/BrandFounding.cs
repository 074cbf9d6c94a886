using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Client;
using CoalitionGateway.V1;

namespace CoalitionGateway.Cli.Replay;

/// <summary>Makes the brands of a purchase file partners with their own programmes and rules.</summary>
/// <param name="rules">Null: 1 point for each whole pound.</param>
internal sealed class BrandFounding(Connection connection, CoalitionClient asOperator, RuleFile? rules) : IDisposable
{
    /// <summary>The brand's rules; null if there is no rule file.</summary>
    public BrandRules? RulesOf(string brand) => rules?.Of(brand);

    // A person has at most 100 open proposals, and each brand's rules are proposed.
    private readonly SemaphoreSlim _places = new(32);

    /// <summary>Registers the brand as a partner, creates its programme and publishes its rules.</summary>
    public async Task<CoalitionClient> Found(string brand, CancellationToken stop)
    {
        await _places.WaitAsync(stop);
        try
        {
            return await FoundOne(brand, stop);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<CoalitionClient> FoundOne(string brand, CancellationToken stop)
    {
        var id = BrandPartner.IdOf(brand);
        var registered = await asOperator.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest
        {
            RequestId = ReplayIds.Partner(brand),
            Partner = new Partner { PartnerId = id, DisplayName = brand },
        }, cancellationToken: stop);
        await asOperator.Programmes.CreateProgrammeAsync(new CreateProgrammeRequest
        {
            RequestId = ReplayIds.Programme(brand),
            Programme = new Programme
            {
                ProgrammeId = id, PartnerId = id, DisplayName = brand, TimeZone = BrandPartner.TimeZone, PointValue = new Money { CurrencyCode = PurchaseFile.CurrencyCode, Micros = 10_000 },
            },
        }, cancellationToken: stop);
        var (asBrand, publication) = (connection.As(registered.ClientId, registered.ClientSecret), new RulePublication(brand, asOperator, stop));
        await (RulesOf(brand) is { } own ? publication.Publish(own, asBrand) : publication.PublishDefault());
        return asBrand;
    }

    public void Dispose() => _places.Dispose();
}
