using CoalitionGateway.Survival.Tests.Hosting;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.V1;
using Grpc.Core;
using Npgsql;

namespace CoalitionGateway.Survival.Tests;

/// <summary>A gateway with a standby for reads: lists come from the standby, and never without what their caller has seen.</summary>
public sealed class StandbyReadTests
{
    private const string _header = "coalition-turn";

    [Fact]
    public async Task ListTransfers_CallerSendsItsTurn_HasItsTransfers_HoweverTheStandbyLags()
    {
        PostgresServer.SkipWithout();
        using var data = new DataFolder();
        using var primaryFolder = new DataFolder();
        using var standbyFolder = new DataFolder();
        using var primary = new PostgresServer(primaryFolder.Path);
        var name = primary.Create();
        using var standby = primary.Standby(standbyFolder.Path);
        using var gateway = new GatewayProcess(data.Path, primary.ForGateways(name)) { Settings = { ["PostgresStandbys"] = standby.ForGateways(name) } };
        await gateway.Start();
        var secret = await Front.Found(gateway);
        using var front = await Front.Open(gateway, secret);
        await front.Call(Front.Purchase("a-1", 100_000), "");

        // Reads follow writes while the standby follows.
        var (made, turn) = (0, 0L);
        for (; made < 20; made++)
        {
            turn = await Transfer(front);
            Assert.Equal(made + 1, (await List(front, turn)).Count);
        }

        await Soak.Until(async () => (await List(front, turn)).Count == made && Scans(standby, name, "transfer") > 0, "the standby is read");

        // The standby stands still: the caller's turn is not there, so the primary answers.
        standby.Execute("SELECT pg_wal_replay_pause()");
        var before = turn;
        turn = await Transfer(front);
        made++;
        var (shown, seen) = await List(front, turn);
        Assert.Equal(made, shown);
        Assert.InRange(seen, turn, long.MaxValue);

        // A caller that has seen less gets less for three seconds at most.
        Assert.InRange((await List(front, before)).Count, made - 1, made);
        await Soak.Until(async () => (await List(front, before)).Count == made, "what is older than three seconds is shown");
        Assert.Equal(made, (await List(front, null)).Count);
        Assert.Equal(made, (await List(front, long.MaxValue)).Count);

        // The standby dies and comes back: nobody notices.
        standby.Execute("SELECT pg_wal_replay_resume()");
        standby.Kill();
        Assert.Equal(made, (await List(front, turn)).Count);
        standby.Start();
        await Soak.Until(async () => (await List(front, turn)).Count == made && Scans(standby, name, "transfer") > 0, "the standby is read again");

        // A number that is none, and the standby as the primary: lists go on.
        Assert.Equal(made, (await List(front, -1)).Count);
    }

    [Fact]
    public async Task CoalitionClient_WithAStandby_SeesWhatItDid()
    {
        PostgresServer.SkipWithout();
        using var data = new DataFolder();
        using var primaryFolder = new DataFolder();
        using var standbyFolder = new DataFolder();
        using var primary = new PostgresServer(primaryFolder.Path);
        var name = primary.Create();
        using var standby = primary.Standby(standbyFolder.Path);
        using var gateway = new GatewayProcess(data.Path, primary.ForGateways(name)) { Settings = { ["PostgresStandbys"] = standby.ForGateways(name) } };
        await gateway.Start();
        await Front.Found(gateway);
        using var http = new HttpClient();
        using var tokens = new TokenSource(http, new Uri(gateway.Http, "oauth/token"), "operator", GatewayProcess.Secret);
        using var second = new TokenSource(_ => Front.Redeem(http, gateway, GatewayProcess.Console, Front.Second));
        using var tool = new CoalitionClient(gateway.Grpc, tokens.Get);
        using var client = new CoalitionClient(gateway.Grpc, second.Get);
        standby.Execute("SELECT pg_wal_replay_pause()");
        for (var ratio = 2; ratio < 6; ratio++)
        {
            var proposed = await tool.Programmes.PublishRouteAsync(new()
            {
                RequestId = RequestIds.New(),
                Route = new() { SourceProgrammeId = "alpha", DestinationProgrammeId = "beta", RatioNumerator = 1, RatioDenominator = ratio },
            });
            await client.Proposals.ApproveProposalAsync(new() { RequestId = RequestIds.New(), ProposalId = proposed.Proposal.ProposalId });
            var routes = await client.Programmes.ListRoutesAsync(new ListRoutesRequest { SourceProgrammeId = "alpha" });
            Assert.Equal(ratio, Assert.Single(routes.Routes).RatioDenominator);
        }

        standby.Execute("SELECT pg_wal_replay_resume()");
        await Soak.Until(
            async () => (await client.Programmes.ListRoutesAsync(new ListRoutesRequest { SourceProgrammeId = "alpha" })).Routes.Count == 1 && Scans(standby, name, "route") > 0,
            "the standby is read");
    }

    /// <summary>How often a server has looked into a table.</summary>
    private static long Scans(PostgresServer server, string database, string table)
    {
        using var connection = new NpgsqlConnection(server.As("postgres", database));
        connection.Open();
        using var command = new NpgsqlCommand("SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = $1", connection) { Parameters = { new() { Value = table } } };
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Transfers 1000 points.</summary>
    /// <returns>The turn that its caller has seen.</returns>
    private static async Task<long> Transfer(Front front)
    {
        using var call = new TransferService.TransferServiceClient(front.Channel).CreateTransferAsync(
            new CreateTransferRequest { RequestId = RequestIds.New(), SourceProgrammeId = "alpha", DestinationProgrammeId = "beta", AmountPoints = 1000 }, front.As("a-1"));
        await call;
        return long.Parse(call.GetTrailers().GetValue(_header)!);
    }

    /// <summary>Lists the member's transfers, as a caller that has seen a turn; null: a caller that does not say.</summary>
    private static async Task<(int Count, long Turn)> List(Front front, long? seen)
    {
        var options = front.As("a-1");
        if (seen is { } turn)
        {
            options.Headers!.Add(_header, $"{turn}");
        }

        using var call = new TransferService.TransferServiceClient(front.Channel).ListTransfersAsync(new ListTransfersRequest { PageSize = 100 }, options);
        var transfers = (await call).Transfers.Count;
        return (transfers, long.Parse(call.GetTrailers().GetValue(_header)!));
    }
}
