using CoalitionGateway.Portal.Layout;
using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Pools;

/// <summary>The pages on which a member puts points together with others.</summary>
internal static class PoolPages
{
    public static void Map(RouteGroupBuilder members)
    {
        members.MapGet("/pools", (Visit visit) => List(visit, null));
        members.MapPost("/pools", Create);
        members.MapGet("/pools/{id:guid}", (Visit visit, Guid id) => Show(visit, id, null));
        members.MapPost("/pools/{id:guid}/accept", (Visit visit, Guid id) => Change(visit, id, "accepted", async pool => await visit.Gateway.Pools.AcceptInvitationAsync(
            new AcceptInvitationRequest { RequestId = visit.RequestId, PoolId = pool }, cancellationToken: visit.Cancel)));
        members.MapPost("/pools/{id:guid}/invite", (Visit visit, Guid id) => Change(visit, id, "invited", async pool => await visit.Gateway.Pools.InviteMemberAsync(
            new InviteMemberRequest { RequestId = visit.RequestId, PoolId = pool, MembershipNumber = visit.Form("number") }, cancellationToken: visit.Cancel)));
        members.MapPost("/pools/{id:guid}/contribute", (Visit visit, Guid id) => Amount(visit, id, "contributed", async (pool, points) => await visit.Gateway.Pools.ContributePointsAsync(
            new ContributePointsRequest { RequestId = visit.RequestId, PoolId = pool, AmountPoints = points }, cancellationToken: visit.Cancel)));
        members.MapPost("/pools/{id:guid}/withdraw", (Visit visit, Guid id) => Amount(visit, id, "withdrawn", async (pool, points) => await visit.Gateway.Pools.WithdrawPointsAsync(
            new WithdrawPointsRequest { RequestId = visit.RequestId, PoolId = pool, AmountPoints = points }, cancellationToken: visit.Cancel)));
        members.MapPost("/pools/{id:guid}/leave", Leave);
    }

    private static async Task<IResult> List(Visit visit, Problem? problem)
    {
        var pools = await Client.Pages.Of(new ListPoolsRequest { PageSize = 200 }, visit.Gateway.Pools.ListPoolsAsync, page => page.Pools, visit.Cancel).ToListAsync(visit.Cancel);
        var own = (await visit.Gateway.Members.GetMemberAsync(new GetMemberRequest(), cancellationToken: visit.Cancel)).Memberships.Select(one => one.ProgrammeId);
        return Page.Of<PoolsPage, PoolsView>(visit, new PoolsView(await visit.Names(), pools, [.. own], problem), problem);
    }

    private static async Task<IResult> Create(Visit visit)
    {
        CreatePoolResponse? made = null;
        var problem = await visit.Try(async () => made = await visit.Gateway.Pools.CreatePoolAsync(
            new CreatePoolRequest { RequestId = visit.RequestId, ProgrammeId = visit.Form("programme") }, cancellationToken: visit.Cancel));
        return made is null ? await List(visit, problem) : Visit.Go($"/pools/{made.PoolId}?done=created");
    }

    private static async Task<IResult> Show(Visit visit, Guid id, Problem? problem, string at = "")
    {
        var pool = (await visit.Gateway.Pools.GetPoolAsync(new GetPoolRequest { PoolId = id.ToString() }, cancellationToken: visit.Cancel)).Pool;
        var balances = (await visit.Gateway.Members.GetBalancesAsync(new GetBalancesRequest(), cancellationToken: visit.Cancel)).Balances;
        var view = new PoolView(await visit.Names(), pool, balances.FirstOrDefault(balance => balance.ProgrammeId == pool.ProgrammeId)?.AvailablePoints ?? 0, problem, at);
        return Page.Of<PoolPage, PoolView>(visit, view, problem);
    }

    private static async Task<IResult> Change(Visit visit, Guid id, string done, Func<string, Task> change)
    {
        var problem = await visit.Try(() => change(id.ToString()));
        return problem is null ? Visit.Go($"/pools/{id}?done={done}") : await Show(visit, id, problem, done);
    }

    private static async Task<IResult> Amount(Visit visit, Guid id, string done, Func<string, long, Task> change) => Visit.Number(visit.Form("points")) is { } points
        ? await Change(visit, id, done, pool => change(pool, points))
        : await Show(visit, id, new Problem("amount_points", visit.Words.NumberNeeded), done);

    private static async Task<IResult> Leave(Visit visit, Guid id)
    {
        var problem = await visit.Try(async () => await visit.Gateway.Pools.LeavePoolAsync(
            new LeavePoolRequest { RequestId = visit.RequestId, PoolId = id.ToString() }, cancellationToken: visit.Cancel));
        return problem is null ? Visit.Go("/pools?done=left") : await Show(visit, id, problem);
    }
}

/// <param name="Programmes">The member's programmes.</param>
public sealed record PoolsView(Names Names, IReadOnlyList<Pool> Pools, IReadOnlyList<string> Programmes, Problem? Problem);

/// <param name="AvailablePoints">What the member could contribute.</param>
/// <param name="At">The form that the problem is about.</param>
public sealed record PoolView(Names Names, Pool Pool, long AvailablePoints, Problem? Problem, string At)
{
    public Participant Own => Pool.Own();

    public Problem? ProblemOf(string form) => At == form ? Problem : null;
}
