using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Client;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.V1;

namespace CoalitionGateway.Cli.Demo;

/// <summary>The end of the story, for which the gateway's clock is moved: goods come back after the points that paid them have expired.</summary>
internal sealed partial class CoalitionStory
{
    private const string _astridAtFjord = "FJ-2001";

    private async Task ReturnLate()
    {
        await story.Step("Fjord's points expire after a year from now on; Astrid pays for a pan with 100 points that expire in 25 days", async () =>
        {
            await _operator.Rules.PublishProgrammeTermsAsync(new PublishProgrammeTermsRequest
            {
                RequestId = RequestIds.New(),
                Terms = new ProgrammeTerms { ProgrammeId = _grocer, FromTime = Days(3650), Expiry = new Expiry { Days = 365, Snap = ExpirySnap.Day }, Spending = SandboxCoalition.Spending },
            });
            await _fjord.Earning.RecordPurchaseAsync(new RecordPurchaseRequest
            {
                RequestId = RequestIds.New(), PurchaseReference = "receipt-4", MembershipNumber = _astridAtFjord, Amount = Euro(50_000_000), PurchaseTime = Days(340),
            });
            var before = (await _astrid.Members.GetBalancesAsync(new GetBalancesRequest())).Balances.First(balance => balance.ProgrammeId == _grocer).Expiring.Single();
            var paid = (await _fjord.Rewards.ReservePointsAsync(new ReservePointsRequest
            {
                RequestId = RequestIds.New(), RedemptionReference = "pan-1", MembershipNumber = _astridAtFjord, AmountPoints = 100, Bill = Euro(20_000_000), SpendNow = true,
            })).Redemption;
            story.Expect("expiring and paid", (100, 100), (before.Points, paid.CapturedPoints));
            return $"{paid.CapturedPoints} points took {Text(paid.Value)} off the bill; they would have expired on {Day(before.Time)}";
        });
        await story.Step("30 days later the pan comes back: the points have expired, and the programme's rule gives 14 days of grace", async () =>
        {
            clock.Pass(TimeSpan.FromDays(30));
            // The tokens of before have ended by the gateway's clock.
            var fjord = connection.As(Partner("fjord-foods", sandbox));
            var astrid = await connection.AsMember(sandbox.MembersClient.ClientId, "AU-1001");
            var refunded = await fjord.Rewards.RefundRedemptionAsync(new RefundRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = "pan-1" });
            var again = (await astrid.Members.GetBalancesAsync(new GetBalancesRequest())).Balances.First(balance => balance.ProgrammeId == _grocer).Expiring.Single();
            story.Expect("given back, lapsed and usable", (100, 0, 100), (refunded.RefundedPoints, refunded.LapsedPoints, again.Points));
            return $"{again.Points} points are Astrid's again, until {Day(again.Time)}; without days of grace they would have lapsed";
        });
        await story.Step("The books still verify", () =>
        {
            var report = Verification.Run(data);
            story.Expect("problems", "", string.Join("; ", report.Problems));
            return Task.FromResult($"{report.Events} events, {report.Entries} entries");
        });
    }
}
