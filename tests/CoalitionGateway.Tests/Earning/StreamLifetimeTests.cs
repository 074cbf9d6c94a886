using System.Diagnostics;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CoalitionGateway.Tests.Earning;

/// <summary>Each test has its own coalition, because it stops the gateway or keeps it busy.</summary>
[Trait("Store", "any")]
public sealed class StreamLifetimeTests
{
    [Fact]
    public async Task StreamPurchases_WhenTheGatewayStops_AnswersWhatItReadAndEnds()
    {
        var isRead = new TaskCompletionSource();
        // Registered first, so stopped last: after the streams end, before connections are closed.
        var held = ServiceDescriptor.Singleton<IHostedService>(new HeldStop(isRead.Task.WaitAsync(TestTime.Patience)));
        var coalition = new TestCoalition { Extend = builder => builder.Services.Insert(0, held) };
        await coalition.InitializeAsync();
        var member = await coalition.Member(coalition.Alpha);
        using var stream = coalition.Alpha.Client.Earning.StreamPurchases();
        await stream.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = TestCoalition.Purchase(coalition.Alpha, member, 5) });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(5, stream.ResponseStream.Current.Purchase.GivenPoints);

        var watch = Stopwatch.StartNew();
        var stopping = coalition.Gateway.Stop();
        var ended = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None));
        isRead.SetResult();
        await stopping;
        Assert.Equal((StatusCode.Unavailable, "STORE_UNAVAILABLE"), (ended.StatusCode, GatewayRefusal.From(ended)?.ReasonText));
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

    /// <summary>
    /// Keeps the server from closing connections until a task is done, so that the test can read how a stream ended.
    /// </summary>
    private sealed class HeldStop(Task until) : IHostedLifecycleService
    {
        public Task StoppingAsync(CancellationToken cancellationToken) => until;

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
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
        var until = DateTime.UtcNow.AddMinutes(1);
        while (!isEnough())
        {
            Assert.True(DateTime.UtcNow < until, "The stream was to end, and did not.");
            await stream.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = TestCoalition.Purchase(coalition.Alpha, member, 1) });
        }

        await stream.RequestStream.CompleteAsync();
        await reading;
    }
}
