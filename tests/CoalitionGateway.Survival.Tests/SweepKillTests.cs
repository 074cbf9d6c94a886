using System.Collections.Concurrent;
using CoalitionGateway.Survival.Tests.Hosting;
using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Survival.Tests;

/// <summary>Kills the gateway with kill -9 while its sweep settles what fell due, day after day.</summary>
public sealed class SweepKillTests(OwnPostgres postgres)
{
    private const int _founding = -40;
    private const int _pools = 10;
    private const int _pooled = 5;
    private static readonly string[] _brands = ["alpha", "beta", "gamma"];
    private static readonly int _members = Soak.Count(40, 300);

    // Pending points, invitations and lots of both kinds fall due between these days.
    private static readonly int[] _days = Soak.Soaks ? [.. Enumerable.Range(_founding + 1, -_founding - 1)] : [-36, -30, -23, -8];

    /// <summary>The capacity of the gateway's queue decides how many commands the sweep has under way at once: 1, 8, 128.</summary>
    private static readonly string[] _capacities = Soak.Soaks ? ["8", "64", "1024"] : ["8", "64"];

    private readonly ConcurrentBag<Purchase> _bought = [];
    private readonly ConcurrentQueue<RecordPurchaseRequest> _unanswered = [];

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task Sweep_KilledAtRandomPointsAndRunAgain_SettlesEachThingOnce(string on)
    {
        using var data = new DataFolder();
        var name = on == "SQLite" ? null : postgres.Server.Create();
        var database = new Database(data.Path, name is null ? null : postgres.Server.As("postgres", name));
        var application = name is null ? null : postgres.Server.ForGateways(name);
        using var gateway = new GatewayProcess(data.Path, application) { ClockDays = _founding };
        using var coalition = new AgingCoalition(gateway);
        await coalition.Found();
        await Fill(coalition);
        gateway.Kill();

        var cut = 0;
        foreach (var day in _days)
        {
            gateway.Settings["JournalCapacity"] = _capacities[Random.Shared.Next(_capacities.Length)];
            await coalition.Start(day);
            cut += await KillDuringSweep(gateway, coalition, database) ? 1 : 0;
        }

        Assert.True(cut > 0, "No sweep was under way at any kill: they show little.");
        gateway.Settings.Clear();
        await coalition.StartNow();
        await Retry(coalition);
        await Soak.Until(() => Due(coalition, database) == 0, "what fell due is not settled");
        await Check(coalition, database);
        var settled = database.Scalar("SELECT count(*) FROM event WHERE kind = 50");
        Soak.Tell($"{_days.Length} kills of the gateway on {on}, {cut} while it swept; {settled} settlements of lots, each once");
    }

    /// <summary>Members with points of several days at each brand. Some pool points, and invite others, who never answer.</summary>
    private async Task Fill(AgingCoalition coalition)
    {
        foreach (var brand in _brands)
        {
            var atOnce = new ParallelOptions { MaxDegreeOfParallelism = 16 };
            await Parallel.ForEachAsync(Enumerable.Range(0, _members), atOnce, async (i, _) =>
            {
                await coalition.Enrol($"{brand}-{i}");
                for (var daysAgo = i % 3; daysAgo < 7; daysAgo += 2)
                {
                    _bought.Add(await coalition.Buy(coalition.Purchase($"{brand}-{i}", 10 + i, daysAgo)));
                }
            });
        }

        for (var i = 0; i < _pools; i++)
        {
            var member = await coalition.Member($"alpha-{i}");
            var pool = (await member.Pools.CreatePoolAsync(new() { RequestId = RequestIds.New(), ProgrammeId = "alpha" })).PoolId;
            var invited = $"alpha-{i + 1}";
            await member.Pools.ContributePointsAsync(new() { RequestId = RequestIds.New(), PoolId = pool, AmountPoints = _pooled });
            await member.Pools.InviteMemberAsync(new() { RequestId = RequestIds.New(), PoolId = pool, MembershipNumber = invited });
        }
    }

    /// <summary>Kills the gateway once its sweep settled a random part of what is due, while members buy.</summary>
    /// <returns>Whether something was left to settle.</returns>
    private async Task<bool> KillDuringSweep(GatewayProcess gateway, AgingCoalition coalition, Database database)
    {
        var buying = Task.Run(async () =>
        {
            await Retry(coalition);
            while (gateway.IsAlive)
            {
                var brand = Random.Shared.Next(2) == 0 ? "alpha" : "beta";
                await Buy(coalition, coalition.Purchase($"{brand}-{Random.Shared.Next(_members)}", 1));
                await Task.Delay(20);
            }
        });
        var due = Due(coalition, database);
        var left = Random.Shared.NextInt64(due / 4, Math.Max(1, due));
        await Soak.Until(() => Due(coalition, database) <= left || buying.IsFaulted, "the sweep settles nothing");
        gateway.Kill();
        await buying;
        return Due(coalition, database) > 0;
    }

    private async Task Buy(AgingCoalition coalition, RecordPurchaseRequest request)
    {
        try
        {
            _bought.Add(await coalition.Buy(request));
        }
        catch (RpcException failed) when (failed.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
        {
            _unanswered.Enqueue(request);
        }
    }

    /// <summary>Sends again what had no answer.</summary>
    private async Task Retry(AgingCoalition coalition)
    {
        for (var count = _unanswered.Count; count > 0 && _unanswered.TryDequeue(out var request); count--)
        {
            await Buy(coalition, request);
        }
    }

    private async Task Check(AgingCoalition coalition, Database database)
    {
        Assert.Empty(_unanswered);
        var left = _bought.Where(IsLeft).Sum(bought => bought.GivenPoints);
        var expired = _bought.Sum(bought => bought.GivenPoints) - left;
        var held = 0L;
        for (var i = 0; i < 3 * _members; i++)
        {
            var balance = await coalition.Balance($"{_brands[i % 3]}-{i / 3}");
            Assert.Equal(0, balance.OwedPoints);
            held += balance.AvailablePoints + balance.PendingPoints;
        }

        Assert.Equal(left, held);
        Assert.Equal(expired, database.Scalar("SELECT sum(balance_points) FROM account WHERE name LIKE 'breakage/%'"));
        Assert.Equal(0, database.Scalar("SELECT sum(balance_points) FROM account"));
        Assert.Equal(_pools, database.Scalar("SELECT count(*) FROM event WHERE kind = 86"));
        Assert.Equal(0, database.Scalar(
            """
            SELECT count(*) FROM (
              SELECT entry.account_id FROM entry
              JOIN event ON event.id = entry.event_id JOIN account ON account.id = entry.account_id
              WHERE event.kind = 50 AND entry.amount_points < 0 AND account.kind IN (8, 9, 10)
              GROUP BY entry.account_id HAVING count(*) > 1) AS twice
            """));
        Assert.Empty(database.Verify().Problems);

        bool IsLeft(Purchase bought) => bought.ProgrammeId != "gamma" && bought.Awards[0].ExpireTime.ToDateTime() > coalition.Now;
    }

    private static long Due(AgingCoalition coalition, Database database) =>
        database.Scalar($"SELECT count(*) FROM due WHERE due_time <= {coalition.NowMicroseconds}");
}
