using CoalitionGateway.Portal.Layout;
using CoalitionGateway.Portal.Spending;
using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Home;

/// <summary>The first page: what a member has in every programme, or, signed out, how to sign in.</summary>
internal static class HomePages
{
    public static void Map(WebApplication app, RouteGroupBuilder members)
    {
        app.MapGet("/", (Visit visit) => visit.IsSignedIn ? Show(visit) : Task.FromResult(Welcome(visit)));
        members.MapPost("/campaigns/activate", Activate);
    }

    private static IResult Welcome(Visit visit) => Page.Of<WelcomePage, WelcomeView>(visit, new WelcomeView(visit.Query("problem")));

    private static Task<IResult> Show(Visit visit) => Show(visit, null);

    private static async Task<IResult> Show(Visit visit, Problem? problem)
    {
        var names = await visit.Names();
        var (gateway, cancel) = (visit.Gateway, visit.Cancel);
        var (member, balances, reminders, pools) = (
            gateway.Members.GetMemberAsync(new GetMemberRequest(), cancellationToken: cancel),
            gateway.Members.GetBalancesAsync(new GetBalancesRequest(), cancellationToken: cancel),
            gateway.Members.GetRemindersAsync(new GetRemindersRequest(), cancellationToken: cancel),
            gateway.Pools.ListPoolsAsync(new ListPoolsRequest { PageSize = 200 }, cancellationToken: cancel));
        var held = (await balances).Balances;
        var programmes = await Task.WhenAll(held.Select(async balance =>
        {
            var tier = gateway.Rules.GetTierAsync(new GetTierRequest { ProgrammeId = balance.ProgrammeId }, cancellationToken: cancel);
            var rewards = Rewards.Claimable(visit, balance.ProgrammeId);
            var campaigns = gateway.Rules.ListCampaignsAsync(new ListCampaignsRequest { ProgrammeId = balance.ProgrammeId, PageSize = 200 }, cancellationToken: cancel);
            var now = visit.Now;
            return new ProgrammeView(
                balance, await tier, Rewards.Next(await rewards, balance.AvailablePoints),
                [.. (await campaigns).Campaigns.Where(found => found.ActivateUntilTime is { } until && until.ToDateTimeOffset() > now && found.FromTime.ToDateTimeOffset() <= now)]);
        }));
        var view = new HomeView(names, (await member).Member.Profile?.DisplayName ?? "", programmes, [.. (await reminders).Reminders], [.. (await pools).Pools], problem);
        return Page.Of<HomePage, HomeView>(visit, view, problem);
    }

    /// <summary>Accepts a campaign's offer.</summary>
    private static async Task<IResult> Activate(Visit visit)
    {
        var problem = await visit.Try(async () => await visit.Gateway.Rules.ActivateCampaignAsync(
            new ActivateCampaignRequest { RequestId = visit.RequestId, ProgrammeId = visit.Form("programme"), CampaignId = visit.Form("campaign") }, cancellationToken: visit.Cancel));
        return problem is null ? Visit.Go("/?done=activated") : await Show(visit, problem);
    }
}

/// <param name="Problem">Why nobody is signed in: "sign-in" if a sign-in failed, "ended" if a session ended; empty: no sign-in was tried.</param>
public sealed record WelcomeView(string Problem);

/// <param name="Name">The member's name for a greeting; empty if the member gave none.</param>
public sealed record HomeView(
    Names Names, string Name, IReadOnlyList<ProgrammeView> Programmes, IReadOnlyList<Reminder> Reminders, IReadOnlyList<Pool> Pools, Problem? Problem)
{
    public IEnumerable<(Pool Pool, Participant Own)> PoolsIn(string programmeId) => Pools
        .Where(pool => pool.ProgrammeId == programmeId).Select(pool => (pool, pool.Own()));
}

/// <summary>What a member has in a programme.</summary>
/// <param name="NextReward">The cheapest reward that is not in reach, or the dearest that is; null: there is none.</param>
/// <param name="Offers">Campaigns that the member can activate.</param>
public sealed record ProgrammeView(Balance Balance, GetTierResponse Tier, Reward? NextReward, IReadOnlyList<Campaign> Offers);
