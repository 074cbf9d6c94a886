using CoalitionGateway.Client;
using CoalitionGateway.Portal.Layout;
using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Spending;

/// <summary>The pages on which a member claims rewards, pays with points, and shows vouchers.</summary>
internal static class SpendingPages
{
    private const string _path = "/spend";

    public static void Map(RouteGroupBuilder members)
    {
        members.MapGet(_path, (Visit visit) => Show(visit, null));
        members.MapPost("/spend/claim", Claim);
        members.MapPost("/spend/code", MakeCode);
        members.MapPost("/spend/approve", (Visit visit) => Decide(visit, async id => await visit.Gateway.Rewards.ApproveRedemptionAsync(
            new ApproveRedemptionRequest { RequestId = visit.RequestId, RedemptionId = id }, cancellationToken: visit.Cancel), "approved"));
        members.MapPost("/spend/decline", (Visit visit) => Decide(visit, async id => await visit.Gateway.Rewards.DeclineRedemptionAsync(
            new DeclineRedemptionRequest { RequestId = visit.RequestId, RedemptionId = id }, cancellationToken: visit.Cancel), "declined"));
        members.MapGet("/vouchers", Vouchers);
    }

    private static async Task<IResult> Show(Visit visit, Problem? problem, CreatePaymentCodeResponse? code = null)
    {
        var names = await visit.Names();
        var balances = (await visit.Gateway.Members.GetBalancesAsync(new GetBalancesRequest(), cancellationToken: visit.Cancel)).Balances;
        var pools = visit.Gateway.Pools.ListPoolsAsync(new ListPoolsRequest { PageSize = 200 }, cancellationToken: visit.Cancel);
        var payments = visit.Gateway.Rewards.ListRedemptionsAsync(new ListRedemptionsRequest { PageSize = 20 }, cancellationToken: visit.Cancel);
        var rewards = await Task.WhenAll(balances.Select(async balance => (balance, await Rewards.Claimable(visit, balance.ProgrammeId))));
        var shares = (await pools).Pools.Select(pool => (pool, Own: pool.Own())).Where(found => found.Own.SharePoints > 0).ToArray();
        return Page.Of<SpendPage, SpendView>(visit, new SpendView(names, rewards, [.. (await payments).Redemptions], shares, code, problem), problem);
    }

    private static async Task<IResult> Claim(Visit visit)
    {
        ClaimRewardResponse? made = null;
        var problem = await visit.Try(async () => made = await visit.Gateway.Rewards.ClaimRewardAsync(
            new ClaimRewardRequest { RequestId = visit.RequestId, ProgrammeId = visit.Form("programme"), RewardId = visit.Form("reward"), PoolId = visit.Form("pool") }, cancellationToken: visit.Cancel));
        return made is null ? await Show(visit, problem) : Visit.Go($"/vouchers?done=claimed#{made.Voucher.VoucherId}");
    }

    /// <summary>Shows the code at once: it is told only in this answer.</summary>
    private static async Task<IResult> MakeCode(Visit visit)
    {
        var text = visit.Form("most");
        var most = text.Length == 0 ? 0 : Visit.Number(text);
        if (most is null)
        {
            return await Show(visit, new Problem("max_points", visit.Words.NumberNeeded));
        }

        CreatePaymentCodeResponse? made = null;
        var problem = await visit.Try(async () => made = await visit.Gateway.Rewards.CreatePaymentCodeAsync(
            new CreatePaymentCodeRequest { RequestId = visit.RequestId, ProgrammeId = visit.Form("programme"), MaxPoints = most.Value }, cancellationToken: visit.Cancel));
        return await Show(visit, problem, made);
    }

    private static async Task<IResult> Decide(Visit visit, Func<string, Task> decide, string done)
    {
        var problem = await visit.Try(() => decide(visit.Form("payment")));
        return problem is null ? Visit.Go($"{_path}?done={done}") : await Show(visit, problem);
    }

    private static async Task<IResult> Vouchers(Visit visit)
    {
        var names = await visit.Names();
        var all = Pages.Of(new ListVouchersRequest { PageSize = 200 }, visit.Gateway.Rewards.ListVouchersAsync, page => page.Vouchers, visit.Cancel);
        return Page.Of<VouchersPage, VouchersView>(visit, new VouchersView(names, await all.ToListAsync(visit.Cancel), visit.Now));
    }
}

/// <param name="Code">A payment code that was made just now; null: none.</param>
public sealed record SpendView(
    Names Names, IReadOnlyList<(Balance Balance, IReadOnlyList<Reward> Rewards)> Programmes, IReadOnlyList<Redemption> Payments,
    IReadOnlyList<(Pool Pool, Participant Own)> Shares, CreatePaymentCodeResponse? Code, Problem? Problem);

public sealed record VouchersView(Names Names, IReadOnlyList<Voucher> Vouchers, DateTimeOffset Now)
{
    /// <summary>Whether a voucher can still be used at a till.</summary>
    public bool IsValid(Voucher voucher) => voucher.UsedBy.Length == 0 && !(voucher.ExpireTime?.ToDateTimeOffset() <= Now);
}
