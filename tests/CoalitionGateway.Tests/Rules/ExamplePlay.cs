using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NodaTime;
using NodaTime.Text;

namespace CoalitionGateway.Tests.Rules;

/// <summary>Plays the rows of one example, whose rules are published, and writes what comes of each into the row's cells.</summary>
internal sealed class ExamplePlay(TestCoalition coalition, RulesExample example, IReadOnlyDictionary<string, TestPartner> brands)
{
    /// <summary>The request that each member of an example sends at first.</summary>
    public const string MembersRequest = "MemberService.ChooseProgramme";

    private const string _today = "today";
    private const string _daily = "daily from ";
    private static readonly LocalDateTimePattern _form = LocalDateTimePattern.CreateWithInvariantCulture("yyyy-MM-dd HH:mm");

    private static readonly string[] _outcomes =
        ["points", "awards", "withheld", "usable from", "last day", "reaches", "kept to", "inactive"];

    private readonly ExampleBrand _home = example.Brands[0];
    private readonly DateTimeZone _zone = DateTimeZoneProviders.Tzdb[example.Brands[0].TimeZone];
    private readonly Dictionary<string, TestMember> _members = [];
    private readonly Dictionary<string, (TestPartner Partner, string Reference, TestMember Member)> _purchases = [];

    public async Task<IReadOnlyList<string[]>> Play()
    {
        var played = new List<string[]>();
        foreach (var row in example.Rows)
        {
            var number = example.Cell(row, "#").Split(" to ");
            var outcomes = new List<Dictionary<string, string>>();
            for (var i = int.Parse(number[0]); i <= int.Parse(number[^1]); i++)
            {
                outcomes.Add(await Outcome(row, $"{i}", i - int.Parse(number[0])));
            }

            played.Add([.. row.Zip(example.Columns, (cell, column) =>
                RulesPage.Given.Contains(column) || column == RulesPage.Remark ? cell : string.Join(" / ", outcomes.Select(found => found[column]).Distinct()))]);
        }

        return played;
    }

    private async Task<Dictionary<string, string>> Outcome(string[] row, string number, int nth)
    {
        var entry = example.Cell(row, "buys or returns");
        var cells = _outcomes.ToDictionary(column => column, _ => "");
        var member = await Member(example.Cell(row, "member"));
        if (TillEntry.Return(entry) is { } returned)
        {
            member = await Return(returned.Row, returned.Amount, cells) ?? member;
        }
        else if (TillEntry.ActivityOf(entry) is { } activity)
        {
            await Do(activity, number, member, cells);
        }
        else if (TillEntry.ActivationOf(entry) is { } campaign)
        {
            var made = await member.Client.Rules.ActivateCampaignAsync(new ActivateCampaignRequest { RequestId = RequestIds.New(), ProgrammeId = _home.ProgrammeId, CampaignId = campaign });
            (cells["points"], cells["awards"]) = ($"{made.PaidPoints}", $"{campaign} {made.PaidPoints}");
        }
        else
        {
            await Expire(example.Cell(row, "expiry"));
            await Buy(entry, example.Cell(row, "when"), number, nth, member, cells);
        }

        var balance = await Balance(member);
        (cells["can use"], cells["pending"], cells["owes"]) = ($"{balance.AvailablePoints}", $"{balance.PendingPoints}", $"{balance.OwedPoints}");
        var campaigns = await coalition.Gateway.Operator.Rules.ListCampaignsAsync(new ListCampaignsRequest { ProgrammeId = _home.ProgrammeId });
        cells["budget left"] = string.Join(", ", campaigns.Campaigns.Where(campaign => campaign.BudgetPoints > 0).Select(campaign => campaign.LeftPoints));
        return cells;
    }

    private async Task Buy(string entry, string when, string number, int nth, TestMember member, Dictionary<string, string> cells)
    {
        var (partner, purchase, time) = (brands[TillEntry.BrandOf(entry) ?? _home.Id], TillEntry.Purchase(entry), TimeOf(when, nth));
        (purchase.RequestId, purchase.PurchaseReference, purchase.MembershipNumber) = (RequestIds.New(), $"row-{number}", member.Numbers[partner.ProgrammeId]);
        purchase.PurchaseTime = Timestamp.FromDateTimeOffset(time.ToDateTimeOffset());
        try
        {
            var made = (await partner.Client.Earning.RecordPurchaseAsync(purchase)).Purchase;
            _purchases[number] = (partner, purchase.PurchaseReference, member);
            cells["points"] = $"{made.GivenPoints}";
            cells["withheld"] = $"{made.Awards.Sum(award => award.WithheldPoints)}";
            cells["awards"] = string.Join(" + ", made.Awards.Where(award => award.Points > 0)
                .Select(award => award.Rule == AwardRule.Agreement ? $"agreement {award.Points}" : $"{award.CampaignId}{award.TierId} {award.Points}"));
            var from = when == _today ? time.InZone(_zone).Date : default(LocalDate?);
            cells["usable from"] = Only(made.Awards.Select(award => award.UsableTime is { } usable ? Written(Day(usable), from, PeriodUnits.Days) : "at once"));
            cells["reaches"] = made.Tier?.ReachedTierId ?? "";
            cells["kept to"] = made.Tier?.UntilTime is { } until ? Written(Day(until).PlusDays(-1), from, PeriodUnits.Months) : "";
            cells["inactive"] = (await Balance(member)).InactiveTime is { } inactive
                ? Written(Day(inactive).PlusDays(-1), Local(made.RecordTime).Date, PeriodUnits.Months)
                : "";
            cells["last day"] = Only(made.Awards.Select(award => award.ExpireTime is { } expire ? Written(Day(expire).PlusDays(-1), from, PeriodUnits.Months) : "never"));
        }
        catch (RpcException failed) when (GatewayRefusal.From(failed) is { } refusal)
        {
            cells["points"] = $"refused: {refusal.ReasonText}";
        }
    }

    private async Task Do(string activity, string number, TestMember member, Dictionary<string, string> cells)
    {
        var made = await brands[_home.Id].Client.Earning.AwardPointsAsync(new AwardPointsRequest
        {
            RequestId = RequestIds.New(), AwardReference = $"row-{number}", MembershipNumber = member.Numbers[_home.ProgrammeId], Reason = AwardReason.Activity, ActivityId = activity,
        });
        (cells["points"], cells["withheld"], cells["awards"]) = ($"{made.AmountPoints}", $"{made.WithheldPoints}", made.AmountPoints > 0 ? $"{activity} {made.AmountPoints}" : "");
    }

    /// <summary>Returns the purchase of a row, or a part of it.</summary>
    /// <returns>The member who had bought; null if the purchase was refused.</returns>
    private async Task<TestMember?> Return(string row, Money? amount, Dictionary<string, string> cells)
    {
        if (!_purchases.TryGetValue(row, out var bought))
        {
            cells["points"] = $"row {row} was refused";
            return null;
        }

        var made = await bought.Partner.Client.Earning.ReversePurchaseAsync(new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = bought.Reference, Amount = amount });
        cells["points"] = $"{-made.Reversal.TakenPoints}";
        return bought.Member;
    }

    /// <summary>Publishes the next version of the example's terms, with an expiry that a row names.</summary>
    private async Task Expire(string expiry)
    {
        if (expiry.Length > 0)
        {
            var next = PublishProgrammeTermsRequest.Parser.ParseJson(example.Requests.Single(request => request.Method == "RuleService.PublishProgrammeTerms").Json);
            (next.RequestId, next.Terms.Expiry) = (RequestIds.New(), Expiry.Parser.ParseJson(expiry.Trim('`')));
            await coalition.Gateway.Operator.Rules.PublishProgrammeTermsAsync(next);
        }
    }

    private async Task<Balance> Balance(TestMember member) =>
        (await member.Client.Members.GetBalancesAsync(new GetBalancesRequest())).Balances
            .Single(found => found.ProgrammeId == _home.ProgrammeId);

    private async Task<TestMember> Member(string name)
    {
        if (!_members.TryGetValue(name, out var member))
        {
            member = _members[name] = await coalition.Member([.. brands.Values.Where(brand => brand.ProgrammeId.Length > 0)]);
            foreach (var request in example.Requests.Where(request => request.Method == MembersRequest))
            {
                var choice = ChooseProgrammeRequest.Parser.ParseJson(request.Json);
                choice.RequestId = RequestIds.New();
                await member.Client.Members.ChooseProgrammeAsync(choice);
            }
        }

        return member;
    }

    /// <summary>The time of a purchase. A minute ahead of the clock, so that its day is not over when the gateway records it.</summary>
    private Instant TimeOf(string when, int nth) => when == _today
        ? SystemClock.Instance.GetCurrentInstant().Plus(NodaTime.Duration.FromMinutes(1))
        : _form.Parse(when.Replace(_daily, "", StringComparison.Ordinal)).Value
            .PlusDays(when.StartsWith(_daily, StringComparison.Ordinal) ? nth : 0).InZoneStrictly(_zone).ToInstant();

    /// <summary>The day that begins at a time.</summary>
    private LocalDate Day(Timestamp time)
    {
        var local = Local(time);
        Assert.Equal(_zone.AtStartOfDay(local.Date), local);
        return local.Date;
    }

    private ZonedDateTime Local(Timestamp time) => Instant.FromDateTimeOffset(time.ToDateTimeOffset()).InZone(_zone);

    /// <summary>A day, or the time until then from a day, if there is one.</summary>
    private static string Written(LocalDate day, LocalDate? from, PeriodUnits unit)
    {
        if (from is not { } start)
        {
            return LocalDatePattern.Iso.Format(day);
        }

        var period = Period.Between(start, day, unit);
        return start + period == day ? $"in {period.Months + period.Days} {unit.ToString().ToLowerInvariant()}" : $"{period} after {start}";
    }

    private static string Only(IEnumerable<string> ofAwards) => string.Join(" / ", ofAwards.Distinct());
}
