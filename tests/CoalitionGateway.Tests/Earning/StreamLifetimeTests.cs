using System.Diagnostics;
using CoalitionGateway.Tests.Hosting;
using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Earning;

/// <summary>A coalition of its own: it is stopped, or kept busy.</summary>
public sealed class StreamLifetimeTests
{
    [Fact]
    public async Task StreamPurchases_WhenTheGatewayStops_AnswersWhatItReadAndEnds()
    {
        var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var member = await coalition.Member(coalition.Alpha);
        using var stream = coalition.Alpha.Client.Earning.StreamPurchases();
        await stream.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = TestCoalition.Purchase(coalition.Alpha, member, 5) });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(5, stream.ResponseStream.Current.Purchase.GivenPoints);

        var watch = Stopwatch.StartNew();
        var stopping = coalition.Gateway.Stop();
        var ended = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None));
        await stopping;
        Assert.Equal((StatusCode.Unavailable, "STORE_UNAVAILABLE"), (ended.StatusCode, GatewayRefusal.From(ended)?.Reason));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "An open stream held the stop up until its time was over.");
        Directory.Delete(coalition.Gateway.Options.DataDirectory, recursive: true);
    }

    [Fact]
    public async Task StreamPurchases_ManyAtOnce_LeavePlacesForSingleCalls()
    {
        var coalition = new TestCoalition { Configure = options => options.JournalCapacity = 64 };
        await coalition.InitializeAsync();
        var member = await coalition.Member(coalition.Alpha);
        var isEnough = false;
        var streaming = Enumerable.Range(0, 6).Select(_ => Flood(coalition, member, () => Volatile.Read(ref isEnough))).ToArray();
        for (var i = 0; i < 40; i++)
        {
            await coalition.Alpha.Client.Members.CreateLinkCodeAsync(
                new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = member.Numbers[coalition.Alpha.ProgrammeId] });
        }

        Assert.All(streaming, stream => Assert.False(stream.IsCompleted, $"A stream ended: {stream.Exception?.Message}"));
        Volatile.Write(ref isEnough, true);
        await Task.WhenAll(streaming);
        await coalition.DisposeAsync();
    }

    private static async Task Flood(TestCoalition coalition, TestMember member, Func<bool> isEnough)
    {
        using var stream = coalition.Alpha.Client.Earning.StreamPurchases();
        var reading = Task.Run(async () =>
        {
            await foreach (var answer in stream.ResponseStream.ReadAllAsync())
            {
                Assert.NotNull(answer.Purchase);
            }
        });
        while (!isEnough())
        {
            await stream.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = TestCoalition.Purchase(coalition.Alpha, member, 1) });
        }

        await stream.RequestStream.CompleteAsync();
        await reading;
    }
}
