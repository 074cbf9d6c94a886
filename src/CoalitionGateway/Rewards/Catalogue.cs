using System.Collections.Concurrent;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Rewards;

namespace CoalitionGateway.Rewards;

/// <summary>The rewards of each programme, read again after a second: tills ask for them at each payment.</summary>
internal sealed class Catalogue(RewardReader reader, TimeProvider clock)
{
    private static readonly TimeSpan _lifetime = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<ProgrammeId, (DateTimeOffset EndTime, Lazy<Task<IReadOnlyList<Reward>>> Rewards)> _read = new();
    private Known _programmes = new(default, []);

    /// <summary>The rewards that are left now, the most expensive first.</summary>
    public Task<IReadOnlyList<Reward>> Of(ProgrammeId programme)
    {
        var now = clock.GetUtcNow();
        return _read.AddOrUpdate(
            programme, _ => Fresh(programme, now),
            (_, before) => before.EndTime > now && !before.Rewards.Value.IsFaulted ? before : Fresh(programme, now)).Rewards.Value;
    }

    /// <summary>The rewards of all programmes that name a brand and are left now, the most expensive of each programme first.</summary>
    public async Task<IReadOnlyList<Reward>> HonouredBy(PartnerId partner)
    {
        var now = clock.GetUtcNow();
        if (_programmes.EndTime <= now)
        {
            _programmes = new Known(now + _lifetime, await reader.ProgrammesWithRewards(CancellationToken.None));
        }

        var all = await Task.WhenAll(_programmes.Ids.Select(Of));
        return [.. all.SelectMany(rewards => rewards).Where(reward => reward.Rule.Partners.Contains(partner))];
    }

    private (DateTimeOffset EndTime, Lazy<Task<IReadOnlyList<Reward>>> Rewards) Fresh(ProgrammeId programme, DateTimeOffset now) =>
        (now + _lifetime, new Lazy<Task<IReadOnlyList<Reward>>>(() => Read(programme, Clock.Truncate(now))));

    private async Task<IReadOnlyList<Reward>> Read(ProgrammeId programme, DateTime now)
    {
        var found = await reader.Rewards(programme, null, now, withPayouts: true, int.MaxValue, CancellationToken.None) ?? [];
        return [.. found.Where(row => row.Reward.Rule.StockCount == 0 || row.Claimed < row.Reward.Rule.StockCount).Select(row => row.Reward)
            .OrderByDescending(reward => reward.Rule.PricePoints)];
    }

    /// <summary>The programmes that have rewards. Replaced as a whole: many calls read it at once.</summary>
    private sealed record Known(DateTimeOffset EndTime, IReadOnlyList<ProgrammeId> Ids);
}
