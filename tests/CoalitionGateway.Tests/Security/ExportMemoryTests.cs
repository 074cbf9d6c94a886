using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger;
using CoalitionGateway.Audit;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// A document of all data about a member takes the memory of one page, however long the history is. Few are made at once.
/// </summary>
public sealed class ExportMemoryTests
{
    private const int _purchases = 1500;
    private const int _atOnce = 8;
    private const long _mostBytes = 32L * 1024 * 1024;

    [Theory]
    [InlineData(DocumentFormat.Json)]
    [InlineData(DocumentFormat.Html)]
    public async Task Exports_ManyAtOnceOfALongHistory_HoldOnlyAFewPages(DocumentFormat format)
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var member = await Lived(coalition, _purchases);

        // The first document also pays for what the process makes only once.
        var length = (await Read(member.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = format }))).Sum(part => (long)part.Chunk.Length);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var calls = Enumerable.Range(0, _atOnce).Select(_ => member.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = format })).ToArray();
        var (most, total, round, open) = (0L, 0L, 0, calls.ToHashSet());
        while (open.Count > 0)
        {
            // All documents are in progress, each at the same point. The gateway now holds its largest amount of memory for
            // them.
            foreach (var call in open.ToArray())
            {
                if (await call.ResponseStream.MoveNext(CancellationToken.None))
                {
                    total += call.ResponseStream.Current.Chunk.Length;
                }
                else
                {
                    open.Remove(call);
                }
            }

            if (round++ % 3 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.InRange(total, _atOnce * length, long.MaxValue);
        Assert.True(most <= _mostBytes, $"{_atOnce} documents of {length} bytes each held {most} bytes.");
        Array.ForEach(calls, call => call.Dispose());
    }

    [Fact]
    public async Task Exports_MoreAtOnceThanAllowed_AreRefusedWithTheirReason()
    {
        await using var coalition = new TestCoalition { Configure = options => (options.Privacy.ExportsPerCaller, options.Privacy.ExportsAtOnce) = (2, 3) };
        await coalition.InitializeAsync();
        var (member, other) = (await Lived(coalition, 2000), await coalition.Member(coalition.Alpha));
        var open = new List<AsyncServerStreamingCall<StreamPersonalDataResponse>>();
        for (var i = 0; i < 2; i++)
        {
            open.Add(member.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json }));
            Assert.True(await open[^1].ResponseStream.MoveNext(CancellationToken.None));
        }

        var refusal = await Refused(member.Client);
        Assert.Equal(("caller", "2"), (refusal.Metadata["of"], refusal.Metadata["maximum"]));
        Assert.NotNull(refusal.RetryAfter);

        // A stranger's unread document takes the last place of the gateway. Later it gives the place up.
        var id = await coalition.Gateway.MemberId(member.Numbers[coalition.Alpha.ProgrammeId]);
        open.Add(coalition.Gateway.Officer.Privacy.StreamPersonalData(new StreamPersonalDataRequest { MemberId = id, Format = DocumentFormat.Json }));
        Assert.True(await open[^1].ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal("gateway", (await Refused(other.Client)).Metadata["of"]);
        var before = Recorded(coalition);
        await Refused(other.Client);
        Assert.Equal(before, Recorded(coalition));

        open.ForEach(call => call.Dispose());
        for (var i = 0; i < 300; i++)
        {
            try
            {
                await Read(other.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json }));
                return;
            }
            catch (RpcException busy) when (busy.StatusCode == StatusCode.ResourceExhausted)
            {
                await Task.Delay(100);
            }
        }

        Assert.Fail("The places of documents that were given up were not given back.");
    }

    [Fact]
    public async Task Export_NotRead_GivesUpItsPlace()
    {
        await using var coalition = new TestCoalition
        {
            Configure = options => (options.Privacy.ExportsPerCaller, options.Privacy.ExportPartSeconds) = (1, 1),
        };
        await coalition.InitializeAsync();
        var member = await Lived(coalition, 2000);
        using var held = member.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        Assert.True(await held.ResponseStream.MoveNext(CancellationToken.None));

        // Nobody reads on. The gateway fills the connection's buffers and then waits in vain.
        for (var i = 0; i < 300; i++)
        {
            using var next = member.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json });
            try
            {
                Assert.True(await next.ResponseStream.MoveNext(CancellationToken.None));
                return;
            }
            catch (RpcException busy) when (busy.StatusCode == StatusCode.ResourceExhausted)
            {
                await Task.Delay(100);
            }
        }

        Assert.Fail("A document that nobody reads kept its place.");
    }

    private static Task<GatewayRefusal> Refused(CoalitionClient client) => Refusals.Refused(StatusCode.ResourceExhausted, "TOO_MANY_EXPORTS", async () =>
    {
        using var call = client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        await call.ResponseStream.MoveNext(CancellationToken.None);
    });

    private static long Recorded(TestCoalition coalition) =>
        coalition.Gateway.Scalar($"SELECT count(*) FROM event WHERE kind = {EventKind.Of<AuditRead>().Number}");

    private static async Task<List<StreamPersonalDataResponse>> Read(AsyncServerStreamingCall<StreamPersonalDataResponse> call)
    {
        using (call)
        {
            return await call.ResponseStream.ReadAllAsync().ToListAsync();
        }
    }

    /// <summary>A member with this many purchases, all covered by the log.</summary>
    private static async Task<TestMember> Lived(TestCoalition coalition, int purchases)
    {
        var member = await coalition.Member(coalition.Alpha);
        using var stream = coalition.Alpha.Client.Earning.StreamPurchases();
        var reading = Task.Run(async () => await stream.ResponseStream.ReadAllAsync().CountAsync());
        for (var i = 0; i < purchases; i++)
        {
            await stream.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = TestCoalition.Purchase(coalition.Alpha, member, 1) });
        }

        await stream.RequestStream.CompleteAsync();
        Assert.Equal(purchases, await reading);
        coalition.Gateway.TakeIn();
        return member;
    }
}
