using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Cli.Demo;

/// <summary>The part of the story about rules as data: pending points, expiry, caps, campaigns, late purchases.</summary>
internal sealed partial class CoalitionStory
{
    private const string _hotels = "lumen-nights";
    private const string _jonasAtLumen = "LU-4002";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly CoalitionClient _operator = connection.As(sandbox.Operator, console: sandbox.OperatorsClient);
    private readonly CoalitionClient _lumen = connection.As(Partner("lumen-hotels", sandbox));
    private CoalitionClient _jonas = null!;

    private async Task Rules()
    {
        _jonas = await connection.AsMember(sandbox.MembersClient.ClientId, _jonasAtLumen);
        await Publish();
        await story.Step("Jonas stayed for 150 EUR three weeks ago, booked in the app: 3 points a euro, doubled up to the day's 500", async () =>
        {
            var stay = await Stay("stay-1", 150, daysAgo: 21, SalesChannel.App);
            story.Expect("points", (450, 50, 400), (stay.Awards[0].Points, stay.Awards[1].Points, stay.Awards[1].WithheldPoints));
            return $"{stay.Awards[0].Points} points for the stay and {stay.Awards[1].Points} by the campaign; {stay.Awards[1].WithheldPoints} more were withheld, because a day gives 500 at most";
        });
        await story.Step("Yesterday's stay for 100 EUR is pending; half of it is returned, and half of its points go", async () =>
        {
            await Stay("stay-2", 100, daysAgo: 1);
            var reversal = (await _lumen.Earning.ReversePurchaseAsync(new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = "stay-2", Amount = Euro(50_000_000) })).Reversal;
            var balance = await Balance();
            story.Expect("taken and left", (150, 150, 500), (reversal.TakenPoints, balance.PendingPoints, balance.AvailablePoints));
            return $"{balance.PendingPoints} points are pending until {Day(balance.Pending[0].Time)}; {balance.AvailablePoints} can be used and are worth {Text(balance.Value)}";
        });
        await story.Step("A stay for 40 EUR of more than a year ago arrives late: its points have expired", async () =>
        {
            await Stay("stay-3", 40, daysAgo: 500);
            var expired = await Expired();
            story.Expect("expired", -120, expired.Points);
            story.Expect("left", 500, (await Balance()).AvailablePoints);
            return expired.Sentence;
        });
        await FourEyes();
        await LatePurchase();
        await Tier();
        await Tried();
        await story.Step("Jonas reads in Latvian what moved his points", async () =>
        {
            var movements = (await _jonas.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = _hotels, Language = "lv" })).Movements;
            story.Expect("movements", 7, movements.Count);
            return $"{movements.Count} movements; the last one: {movements[0].Sentence}";
        });
    }

    private Task Publish() => story.Step("Lumen's rules: points usable after 14 days, for a year to the end of the month, 500 a day at most; three stays in three months make a regular; double points in the app", async () =>
    {
        await _operator.Rules.PublishProgrammeTermsAsync(new PublishProgrammeTermsRequest
        {
            RequestId = RequestIds.New(),
            Terms = new ProgrammeTerms
            {
                ProgrammeId = _hotels, PendingDays = 14, Expiry = new Expiry { Months = 12, Snap = ExpirySnap.MonthEnd }, FromTime = Days(3650),
                Caps = { new Cap { Period = CapPeriod.Day, MaxPoints = 500 } },
                Spending = SandboxCoalition.Spending,
                Tiers = new TierRule
                {
                    Measure = TierMeasure.Purchases, StartMonth = 1, PeriodMonths = 3, IsRolling = true, KeepMonths = 12,
                    Levels = { new TierLevel { TierId = "regular", Threshold = 3, FactorPercent = 150 } },
                },
            },
        });
        var campaign = (await _operator.Rules.PublishCampaignAsync(new PublishCampaignRequest
        {
            RequestId = RequestIds.New(),
            Campaign = new Campaign
            {
                ProgrammeId = _hotels, CampaignId = "double-in-the-app", FromTime = Days(30), UntilTime = Days(-30), Filter = new CampaignFilter { Channels = { SalesChannel.App } },
                Effect = CampaignEffect.Percent, Amount = 100, PayerId = "lumen-hotels", BudgetPoints = 5000,
            },
        })).Campaign;
        return $"the campaign's budget of {campaign.BudgetPoints} points is filled; each rule is a version that never changes";
    });

    private Task FourEyes() => story.Step("One operator proposes 4 points a euro in place of 3, cannot approve that alone, and another operator does", async () =>
    {
        var (one, two) = (connection.AsPerson(sandbox.OperatorsClient, sandbox.OperatorsClient.Persons[0]), connection.AsPerson(sandbox.OperatorsClient, sandbox.OperatorsClient.Persons[1]));
        var id = (await one.Programmes.PublishAgreementAsync(new PublishAgreementRequest
        {
            RequestId = RequestIds.New(),
            Agreement = new Agreement
            {
                PartnerId = "lumen-hotels", ProgrammeId = _hotels, Rounding = Rounding.Down, AcceptDays = 90, Rates = { new Rate { Points = 4, Spend = Euro(1_000_000) } },
            },
        })).Proposal.ProposalId;
        await story.ExpectRefusal(StatusCode.PermissionDenied, "OTHER_PERSON_NEEDED", async () =>
            await one.Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = id }));
        var open = (await two.Proposals.ListProposalsAsync(new ListProposalsRequest { State = ProposalState.Open })).Proposals.Single(found => found.ProposalId == id);
        var approved = (await two.Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = id })).Proposal;
        story.Expect("decider", "operator:operator-two", approved.Decider);
        var rate = open.Changes.First(change => change.Field.EndsWith("points", StringComparison.Ordinal));
        return $"{open.Proposer} proposed {rate.Field} {rate.Before} → {rate.After}; {approved.Decider} saw that and approved";
    });

    private Task LatePurchase() => story.Step("Lumen pays 4 points a euro from now on; a stay of yesterday still earns the old 3", async () =>
    {
        var now = await _lumen.Earning.PreviewPurchaseAsync(new PreviewPurchaseRequest { Purchase = new PreviewedPurchase { MembershipNumber = _jonasAtLumen, Amount = Euro(10_000_000) } });
        var late = await Stay("stay-4", 10, daysAgo: 1);
        story.Expect("points", (30, 40), (late.GivenPoints, now.GivenPoints));
        return $"{late.GivenPoints} points under version {late.Awards[0].RuleVersion}; today it would be {now.GivenPoints} under version {now.Awards[0].RuleVersion}";
    });

    private Task Tier() => story.Step("That was the third stay in three months: Jonas is a regular now, and the next stay earns half as many points again", async () =>
    {
        var stay = await Stay("stay-5", 10, daysAgo: 0);
        var tier = await _jonas.Rules.GetTierAsync(new GetTierRequest { ProgrammeId = _hotels });
        story.Expect("points and tier", (40, 20, "regular"), (stay.Awards[0].Points, stay.Awards[1].Points, tier.TierId));
        return $"{stay.Awards[0].Points} points for the stay and {stay.Awards[1].Points} by the tier, which lasts until {Day(tier.UntilTime)}";
    });

    private Task Tried() => story.Step("Before Lumen gives 25 points for each stay, it tries that on last month", async () =>
    {
        using var call = _operator.Rules.SimulateRules(new SimulateRulesRequest
        {
            Campaign = new Campaign { ProgrammeId = _hotels, CampaignId = "each-stay", FromTime = Days(0), UntilTime = Days(-30), Effect = CampaignEffect.Fixed, Amount = 25 },
            FromTime = Days(30), UntilTime = Days(-1),
        });
        SimulationResult result = new();
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
        {
            result = answer.Result ?? result;
        }

        story.Expect("published and tried", (890, 965), (result.PublishedPoints, result.TriedPoints));
        return $"{result.TriedPoints} points in place of {result.PublishedPoints}, worth {Text(result.TriedCost)} in place of {Text(result.PublishedCost)}; nothing was changed";
    });

    private async Task<Purchase> Stay(string reference, long euros, int daysAgo, SalesChannel channel = SalesChannel.Web) => (await _lumen.Earning.RecordPurchaseAsync(new RecordPurchaseRequest
    {
        RequestId = RequestIds.New(), PurchaseReference = reference, MembershipNumber = _jonasAtLumen, Amount = Euro(euros * 1_000_000), PurchaseTime = Days(daysAgo), Channel = channel,
    })).Purchase;

    private async Task<Balance> Balance() => (await _jonas.Members.GetBalancesAsync(new GetBalancesRequest())).Balances.First(balance => balance.ProgrammeId == _hotels);

    /// <summary>The movement of expired points, which the next sweep posts within a second or two.</summary>
    private async Task<PointsMovement> Expired()
    {
        for (var until = DateTime.UtcNow + _patience; DateTime.UtcNow < until; await Task.Delay(100))
        {
            var found = await _jonas.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = _hotels, Kinds = { MovementKind.Expired } });
            if (found.Movements.Count > 0)
            {
                return found.Movements[0];
            }
        }

        throw new InvalidOperationException("The expired points were not posted.");
    }

    private static Timestamp Days(int ago) => Timestamp.FromDateTime(DateTime.UtcNow.AddDays(-ago));

    private static string Day(Timestamp time) => $"{time.ToDateTime():yyyy-MM-dd}";
}
