using System.Globalization;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Cli.Replay;

/// <summary>Publishes the rules of one brand. A second run publishes nothing, and other rules than before are refused.</summary>
internal sealed class RulePublication(string brand, CoalitionClient asOperator, CancellationToken stop)
{
    private const int _maxAttempts = 100;
    private const int _pageSize = 200;

    /// <summary>The rules hold from this time on: a purchase file is history.</summary>
    private static readonly Timestamp _past = Timestamp.FromDateTime(new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc));

    /// <summary>The clocks of the gateway and of this machine may differ by so much. A gateway restarts in a longer time.</summary>
    private static readonly TimeSpan _skew = TimeSpan.FromSeconds(2);

    private readonly string _id = BrandPartner.IdOf(brand);
    private readonly DateTime _began = DateTime.UtcNow - _skew;

    /// <summary>Publishes the agreement alone: 1 point for each whole pound.</summary>
    public Task PublishDefault() => Publish("the brand's rule", null);

    /// <summary>Publishes all rules, the agreement last: without it no purchase earns.</summary>
    /// <exception cref="CommandFailedException">The gateway refuses a rule, or the brand has other rules.</exception>
    public async Task Publish(BrandRules rules, CoalitionClient asBrand)
    {
        await RefuseOthers(rules, asBrand);
        if (rules.Terms is { } given)
        {
            var terms = given.Clone();
            (terms.ProgrammeId, terms.FromTime) = (_id, terms.FromTime ?? _past);
            await Send($"{rules.Place}, terms", async attempt => await asOperator.Rules.PublishProgrammeTermsAsync(
                new PublishProgrammeTermsRequest { RequestId = ReplayIds.Terms(brand, attempt), Terms = terms }, cancellationToken: stop));
        }

        foreach (var each in rules.Campaigns)
        {
            var campaign = each.Clone();
            (campaign.ProgrammeId, campaign.PayerId) = (_id, campaign.BudgetPoints > 0 ? _id : "");
            await Send($"{rules.Place}, campaign \"{campaign.CampaignId}\"", async attempt => await asOperator.Rules.PublishCampaignAsync(
                new PublishCampaignRequest { RequestId = ReplayIds.Campaign(brand, campaign.CampaignId, attempt), Campaign = campaign }, cancellationToken: stop));
        }

        await Publish($"{rules.Place}, agreement", rules.Agreement);
    }

    private async Task Publish(string place, Agreement? given)
    {
        var agreement = given?.Clone() ?? new Agreement
        {
            Rates = { new Rate { Points = 1, Spend = new Money { CurrencyCode = PurchaseFile.CurrencyCode, Micros = 1_000_000 } } },
            Rounding = Rounding.Down,
            AllowDebtByReturn = true,
        };
        (agreement.PartnerId, agreement.ProgrammeId, agreement.FromTime) = (_id, _id, agreement.FromTime ?? _past);
        await Send(place, async attempt => await asOperator.Programmes.PublishAgreementAsync(
            new PublishAgreementRequest { RequestId = ReplayIds.Agreement(brand, attempt), Agreement = agreement }, cancellationToken: stop));
    }

    /// <summary>
    /// Refuses rules that would not hold for all rows: a rule that is published and not in the file, and a new rule beside
    /// rows that are recorded already. Rules with another content are refused when they are published.
    /// </summary>
    private async Task RefuseOthers(BrandRules rules, CoalitionClient asBrand)
    {
        string[] wanted = [.. rules.Terms is null ? [] : new[] { "terms" }, .. rules.Campaigns.Select(campaign => NameOf(campaign.CampaignId))];
        var published = await Published();
        if (published.Except(wanted).FirstOrDefault() is { } other)
        {
            throw Others(rules.Place, $"{other} is published, and the file does not have it");
        }

        if (wanted.Except(published).FirstOrDefault() is { } added
            && (await asBrand.Earning.ListPurchasesAsync(new ListPurchasesRequest { PageSize = 1 }, cancellationToken: stop)).Purchases.Count > 0)
        {
            throw Others(rules.Place, $"{added} is not published, and purchases are recorded already");
        }
    }

    private async Task<List<string>> Published()
    {
        var terms = await asOperator.Rules.ListProgrammeTermsAsync(new ListProgrammeTermsRequest { ProgrammeId = _id, PageSize = 1 }, cancellationToken: stop);
        var names = terms.Terms.Select(_ => "terms").ToList();
        var request = new ListCampaignsRequest { ProgrammeId = _id, PageSize = _pageSize };
        do
        {
            var page = await asOperator.Rules.ListCampaignsAsync(request, cancellationToken: stop);
            names.AddRange(page.Campaigns.Select(campaign => NameOf(campaign.CampaignId)));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return names;
    }

    /// <summary>
    /// Sends a rule. The gateway keeps its refusals: if an earlier run was refused because the gateway accepted no rules of
    /// the past, only a further attempt learns whether it does now.
    /// </summary>
    private async Task Send(string place, Func<int, Task> publish)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await publish(attempt);
                return;
            }
            catch (RpcException refused) when (GatewayRefusal.From(refused) is { } refusal && FailedCall.IsOfTheRequest(refused))
            {
                if (refusal.Reason != ErrorReason.RuleInThePast || attempt == _maxAttempts || !IsOfAnEarlierRun(refusal))
                {
                    throw Failure(place, refusal, refused);
                }
            }
        }
    }

    private bool IsOfAnEarlierRun(GatewayRefusal refusal) =>
        DateTime.TryParse(refusal.Metadata.GetValueOrDefault("earliest_time"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time) && time < _began;

    private CommandFailedException Failure(string place, GatewayRefusal refusal, Exception cause) => refusal.Reason switch
    {
        ErrorReason.RuleInThePast => new(
            $"The gateway accepts no rules for the past ({refusal.ReasonText}), and the purchases of a file are past. Start it with Gateway__AllowPastRules=true for the import, or replay over --data without --server.", cause),
        ErrorReason.RequestIdReused => Others(place, "it has another content than before", cause),
        _ => new($"{place}: the gateway refuses it for {brand} with {refusal.ReasonText}: {refusal.Message} Correct the file and run again.", cause),
    };

    private CommandFailedException Others(string place, string problem, Exception? cause = null) => new(
        $"{place}: {brand} was replayed with other rules before: {problem}. What was recorded keeps its points. Run with the same rules as before, or replay into an empty --data.", cause);

    private static string NameOf(string campaign) => $"campaign \"{campaign}\"";
}
