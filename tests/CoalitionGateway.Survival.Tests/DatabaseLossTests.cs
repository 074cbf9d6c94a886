using System.Collections.Concurrent;
using CoalitionGateway.Survival.Tests.Hosting;
using Npgsql;

namespace CoalitionGateway.Survival.Tests;

/// <summary>The gateway keeps running while PostgreSQL is killed, restarted or out of connections.</summary>
public sealed class DatabaseLossTests(OwnPostgres postgres)
{
    private readonly PostgresServer _server = postgres.Server;

    [Theory]
    [InlineData("killed")]
    [InlineData("restarted")]
    public async Task Gateway_DatabaseLost_AnswersUnavailable_AndRecoversByItself(string how)
    {
        await Lose(how, Soak.Count(1, 10), async gateway =>
        {
            if (how == "restarted")
            {
                _server.RestartFast();
                return;
            }

            _server.Kill();
            await TokensAreRefusedClearly(gateway);
            await Task.Delay(300);
            _server.Start();
        });
    }

    [Fact]
    public Task Gateway_RoleMayNotConnect_AnswersUnavailable_AndRecoversByItself() => Lose("limited to no connection", 1, async _ =>
    {
        _server.Execute($"ALTER ROLE {PostgresServer.ApplicationRole} CONNECTION LIMIT 0");
        _server.Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{PostgresServer.ApplicationRole}'");
        await Task.Delay(1000);
        _server.Execute($"ALTER ROLE {PostgresServer.ApplicationRole} CONNECTION LIMIT -1");
    });

    [Fact]
    public Task Gateway_AllConnectionsTaken_AnswersUnavailable_AndRecoversByItself() => Lose("without a free connection", 1, async _ =>
    {
        var taken = new ConcurrentBag<NpgsqlConnection>();
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            // The gateway and these tasks compete for each connection that the gateway loses.
            var taking = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                while (!end.IsCancellationRequested)
                {
                    var connection = new NpgsqlConnection(_server.As("coalition_owner", "postgres"));
                    try
                    {
                        await connection.OpenAsync();
                        taken.Add(connection);
                    }
                    catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
                    {
                        await connection.DisposeAsync();
                    }
                }
            })));
            while (!end.IsCancellationRequested)
            {
                _server.Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{PostgresServer.ApplicationRole}'");
                await Task.Delay(50);
            }

            await taking;
        }
        finally
        {
            foreach (var connection in taken)
            {
                await connection.DisposeAsync();
            }
        }
    });

    [Fact]
    public async Task Gateway_AllReadersBlocked_AnswersUnavailable_AndStillRecordsPurchases()
    {
        using var data = new DataFolder();
        var name = _server.Create();
        using var gateway = new GatewayProcess(data.Path, _server.ForGateways(name) + ";Maximum Pool Size=4");
        await gateway.Start();
        var secret = await Front.Found(gateway);
        using var front = await Front.Open(gateway, secret);
        await front.Call(Front.Purchase("a-1", 10), "a-1");

        await using var connection = new NpgsqlConnection(_server.As("postgres", name));
        await connection.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var command = new NpgsqlCommand("LOCK TABLE transfer IN ACCESS EXCLUSIVE MODE", connection, transaction);
            await command.ExecuteNonQueryAsync();
            var reads = Enumerable.Range(0, 12).Select(_ => new Sent(new V1.ListTransfersRequest(), "a-1").To(front)).ToArray();
            await Soak.Until(() => reads.Count(read => read.IsCompleted) >= 8, "reads beyond the pool are not answered");
            foreach (var read in reads.Where(read => read.IsCompleted))
            {
                Assert.True((await read).IsClearlyUnavailable, (await read).Outcome);
            }

            await front.Call(Front.Purchase("a-2", 10), "a-2");
            await transaction.RollbackAsync();
            await Task.WhenAll(reads);
            Assert.All(reads, read => Assert.True(read.Result.IsClearlyUnavailable || read.Result.Answer is not null, read.Result.Outcome));
        }

        await front.Call(new V1.ListTransfersRequest(), "a-1");
        Soak.Tell("12 reads on a pool of 4 that hangs: those beyond it are UNAVAILABLE, purchases go on, all recovers");
    }

    private async Task Lose(string how, int rounds, Func<GatewayProcess, Task> lose)
    {
        using var data = new DataFolder();
        var name = _server.Create();
        using var gateway = new GatewayProcess(data.Path, _server.ForGateways(name));
        await gateway.Start();
        var (secret, process) = (await Front.Found(gateway), gateway.Id);
        using var front = await Front.Open(gateway, secret);
        using var stop = new CancellationTokenSource();
        var load = new Load();
        var running = load.Run(front, stop.Token, reads: true);
        for (var round = 0; round < rounds; round++)
        {
            await load.More(50 + Random.Shared.Next(300));
            await lose(gateway);
            try
            {
                await load.More(50);
            }
            catch (Exception stuck)
            {
                throw new InvalidOperationException($"{stuck.Message}\nThe gateway {(gateway.IsAlive ? "is there" : "has ended")}:\n{gateway.Log}", stuck);
            }
        }

        await stop.CancelAsync();
        await running;
        Assert.True(gateway.IsAlive && gateway.Id == process, gateway.Log);
        var unavailable = load.Unanswered.Concat(load.Reads.Where(read => !read.IsAnswered)).ToArray();
        Assert.All(unavailable, sent => Assert.True(sent.IsClearlyUnavailable, $"{sent.Request.Descriptor.Name}: {sent.Outcome}"));
        Assert.True(unavailable.Length > 0, "Every call was answered: the loss shows nothing.");
        var (unanswered, reads) = (load.Unanswered.Count(), load.Reads.Count(read => !read.IsAnswered));
        var committed = await load.Settle(front, new Database(data.Path, _server.As("postgres", name)));
        Soak.Tell($"PostgreSQL {how} {rounds} times: {load.Sent.Count} requests, {unanswered} UNAVAILABLE, {committed} of these committed; {load.Reads.Count} reads, {reads} UNAVAILABLE; the gateway stayed");
    }

    /// <summary>If the store is down, the issuer must not answer that a client is unknown.</summary>
    private static async Task TokensAreRefusedClearly(GatewayProcess gateway)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "alpha"), new("client_secret", "unknown")]);
        using var answer = await http.PostAsync(new Uri(gateway.Http, "oauth/token"), form);
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }
}
