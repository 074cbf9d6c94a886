using CoalitionGateway.Survival.Tests.Hosting;
using CoalitionGateway.V1;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Survival.Tests;

/// <summary>
/// Clients that take more than they give. Other clients must be served meanwhile, and memory must stay bounded.
/// </summary>
public sealed class AbuseTests(AbusedGateway gateway) : IClassFixture<AbusedGateway>
{
    private const string _unary = "/coalition.gateway.v1.EarningService/RecordPurchase";
    private const string _stream = "/coalition.gateway.v1.EarningService/StreamPurchases";

    [Fact]
    public Task Streams_ThatNeverReadTheirAnswers_AreHeldBack() => gateway.Bear("streams that never read", async (front, meanwhile) =>
    {
        const int streams = 20;
        const int entries = 5_000;
        using var stop = new CancellationTokenSource();
        var written = new int[streams];
        var sending = Enumerable.Range(0, streams).Select(async i =>
        {
            using var call = new EarningService.EarningServiceClient(front.Channel).StreamPurchases(front.As("alpha").WithCancellationToken(stop.Token));
            try
            {
                for (; written[i] < entries; written[i]++)
                {
                    await call.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = Front.Purchase($"a-{i % Front.Members}", 1) }, stop.Token);
                }

                await Task.Delay(Soak.Patience, stop.Token);
            }
            catch (Exception ended) when (ended is OperationCanceledException or RpcException)
            {
            }
        }).ToArray();
        await Still(() => written.Sum());
        await meanwhile();
        var sum = written.Sum();
        await stop.CancelAsync();
        await Task.WhenAll(sending);
        Assert.True(sum < streams * entries, "All was taken though nothing was read.");
        return $"{streams} streams got rid of {sum} of {streams * entries} entries";
    });

    [Fact]
    public Task Connections_ThatReadNothing_AreHeldBack() => gateway.Bear("connections that never read", async (front, meanwhile) =>
    {
        // As many purchases as the initial window allows. Nobody reads the answers.
        var connections = new List<RawConnection>();
        for (var i = 0; i < Soak.Count(20, 200); i++)
        {
            var connection = await RawConnection.Open(gateway.Gateway.Grpc, reads: false);
            connections.Add(connection);
            var entries = Enumerable.Range(0, 300).Select(_ => new StreamPurchasesRequest { Purchase = Front.Purchase("a-2", 1) }.ToByteArray())
                .Select(entry => RawConnection.Data(1, [.. RawConnection.Prefix((uint)entry.Length), .. entry]));
            await connection.Send([RawConnection.Call(1, _stream, front.PartnerToken), .. entries]);
        }

        await meanwhile();
        connections.ForEach(connection => connection.Dispose());
        return $"{connections.Count} connections with a stream of 300 entries each";
    });

    [Fact]
    public Task IdleConnections_ManyAtOnce_AreTolerated() => gateway.Bear("idle connections", async (_, meanwhile) =>
    {
        var connections = new List<RawConnection>();
        for (var i = 0; i < Soak.Count(1_000, 10_000); i++)
        {
            connections.Add(await RawConnection.Open(gateway.Gateway.Grpc));
        }

        await meanwhile();
        Assert.All(connections, connection => Assert.False(connection.IsClosed));
        connections.ForEach(connection => connection.Dispose());
        return $"{connections.Count} HTTP/2 connections";
    });

    [Theory]
    [InlineData(_unary)]
    [InlineData(_stream)]
    public Task MessageOfFourGigabytes_IsRefusedByItsLengthPrefix(string path) => gateway.Bear($"4 GB to {path.Split('/')[^1]}", async (front, meanwhile) =>
    {
        using var connection = await RawConnection.Open(gateway.Gateway.Grpc);
        await connection.Send(RawConnection.Call(1, path, front.PartnerToken));
        await connection.SendWithinWindow(1, RawConnection.Prefix(uint.MaxValue), Soak.Patience);
        var (block, sent) = (new byte[16 * 1024], 0L);
        const long most = 64L << 20;
        while (sent < most && connection.Resets == 0 && connection.GoAways == 0 && await connection.SendWithinWindow(1, block, TimeSpan.FromSeconds(5)))
        {
            sent += block.Length;
        }

        await meanwhile();
        Assert.True(sent < most, "The gateway went on taking what it had to refuse.");
        return $"cut off after {sent / 1024} KB";
    });

    [Fact]
    public Task Messages_ThatNeverEnd_TakeBoundedMemory() => gateway.Bear("messages that never end", async (front, meanwhile) =>
    {
        const int connections = 10;
        const int streams = 50;
        var open = new List<RawConnection>();
        for (var i = 0; i < connections; i++)
        {
            var connection = await RawConnection.Open(gateway.Gateway.Grpc);
            open.Add(connection);
            for (var stream = 0; stream < streams; stream++)
            {
                // All bytes but the last few that may be sent, in small pieces.
                await connection.Send(RawConnection.Call((2 * stream) + 1, stream % 2 == 0 ? _unary : _stream, front.PartnerToken));
                await connection.SendWithinWindow((2 * stream) + 1, [.. RawConnection.Prefix(60 * 1024), .. new byte[1024]], TimeSpan.FromSeconds(5));
            }
        }

        for (var drop = 0; drop < 2; drop++)
        {
            await Task.WhenAll(open.Select(connection => connection.SendWithinWindow(1, new byte[1], TimeSpan.FromSeconds(1))));
            await meanwhile();
        }

        open.ForEach(connection => connection.Dispose());
        return $"{connections * streams} calls with a kilobyte of 60";
    });

    [Fact]
    public Task Streams_OpenedAndResetByTheThousand_AreTolerated() => gateway.Bear("rapid reset (CVE-2023-44487)", async (front, meanwhile) =>
    {
        var (opened, cut) = (0, 0);
        var connections = Soak.Count(3, 50);
        const int most = 10_000;
        for (var i = 0; i < connections; i++)
        {
            using var connection = await RawConnection.Open(gateway.Gateway.Grpc);
            for (var stream = 1; stream < 2 * most && !connection.IsClosed && connection.GoAways == 0; stream += 200)
            {
                await connection.Send([.. Enumerable.Range(0, 100).SelectMany(nth => new[] { RawConnection.Call(stream + (2 * nth), _unary, front.PartnerToken), RawConnection.Reset(stream + (2 * nth)) })]);
                opened += 100;
            }

            cut += connection.IsClosed || connection.GoAways > 0 ? 1 : 0;
            await meanwhile();
        }

        return $"{opened} streams on {connections} connections, {cut} of which the gateway closed";
    });

    /// <summary>Waits until a number stops changing.</summary>
    private static async Task Still(Func<int> number)
    {
        var (last, same) = (number(), 0);
        await Soak.Until(
            () =>
            {
                var now = number();
                (last, same) = (now, now == last ? same + 1 : 0);
                return same > 50;
            },
            "it goes on");
    }
}
