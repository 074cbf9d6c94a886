using CoalitionGateway.Survival.Tests.Hosting;

namespace CoalitionGateway.Survival.Tests;

/// <summary>The disk under the database is full, and later has room again.</summary>
public sealed class DiskFullTests
{
    private const int _freeKilobytes = 1500;

    [Fact]
    public async Task Gateway_OnSqliteWithAFullDisk_AnswersUnavailable_AndRecoversByItself()
    {
        using var disk = SmallDisk.Mount(megabytes: 48);
        var data = Directory.CreateDirectory(Path.Combine(disk.Path, "data")).FullName;
        using var gateway = new GatewayProcess(data);
        await Fill(disk, gateway, new Database(data), "SQLite", () => { });
    }

    [Fact]
    public async Task Gateway_OnPostgresWithAFullDisk_AnswersUnavailable_AndRecoversByItself()
    {
        PostgresServer.SkipWithout();
        using var disk = SmallDisk.Mount(megabytes: 256);
        using var data = new DataFolder();
        var folder = Directory.CreateDirectory(Path.Combine(disk.Path, "postgres")).FullName;
        using var server = new PostgresServer(folder, "min_wal_size = 2MB", "max_wal_size = 8MB");
        var name = server.Create();
        using var gateway = new GatewayProcess(data.Path, server.ForGateways(name));

        // PostgreSQL may have stopped because it could not write its log. The gateway must not stop.
        await Fill(disk, gateway, new Database(data.Path, server.As("postgres", name)), "PostgreSQL", server.Ensure);
    }

    private static async Task Fill(SmallDisk disk, GatewayProcess gateway, Database database, string on, Action freed)
    {
        await gateway.Start();
        var (secret, process) = (await Front.Found(gateway), gateway.Id);
        using var front = await Front.Open(gateway, secret);
        using var stop = new CancellationTokenSource();
        var load = new Load();
        var running = load.Run(front, stop.Token, reads: true);
        var rounds = Soak.Count(1, 5);
        for (var round = 0; round < rounds; round++)
        {
            await load.More(50);
            var before = load.Unanswered.Count();
            disk.FillUp(_freeKilobytes);
            await Soak.Until(() => load.Unanswered.Count() >= before + 50, $"the disk does not get full; {load.Answered} are answered");
            disk.Free();
            freed();
            await load.More(50);
        }

        await stop.CancelAsync();
        await running;
        Assert.True(gateway.IsAlive && gateway.Id == process, gateway.Log);
        Assert.All(
            load.Unanswered.Concat(load.Reads.Where(read => !read.IsAnswered)),
            sent => Assert.True(sent.IsClearlyUnavailable, $"{sent.Request.Descriptor.Name}: {sent.Outcome}"));
        var (unanswered, reads) = (load.Unanswered.Count(), load.Reads.Count(read => !read.IsAnswered));
        var committed = await load.Settle(front, database);
        Soak.Tell($"{on}'s disk full {rounds} times: {load.Sent.Count} requests, {unanswered} UNAVAILABLE, {committed} of these committed; {load.Reads.Count} reads, {reads} UNAVAILABLE; the gateway stayed");
    }
}
