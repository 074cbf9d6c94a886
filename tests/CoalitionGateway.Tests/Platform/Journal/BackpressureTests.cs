using CoalitionGateway.Platform.Journal;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Platform.Journal;

public sealed class BackpressureTests
{
    [Fact]
    public async Task Calls_QueueFull_AreRefusedWithRetryInfo_AndTheOthersSucceed()
    {
        await using var gateway = await TestGateway.Start(configure: options => (options.JournalCapacity, options.JournalMaxBatch) = (4, 1));
        await gateway.TokenOf(Ledger.CallerKind.Operator, "");
        await using var held = TestDatabase.Open(gateway.Options);
        held.Execute(TestDatabase.IsPostgres ? "BEGIN; SELECT FROM turn_lock FOR UPDATE" : "BEGIN IMMEDIATE");
        var calls = Enumerable.Range(0, 30).Select(i => Register(gateway, $"partner-{i}")).ToArray();

        // One command is being written, four wait. One more may have left the queue before the write began.
        while (calls.Count(call => call.IsCompleted) < 24)
        {
            await Task.WhenAny(calls.Where(call => !call.IsCompleted));
        }

        held.Execute("ROLLBACK");
        var outcomes = await Task.WhenAll(calls);
        Assert.All(outcomes.OfType<GatewayRefusal>(), refusal => Assert.Equal((StatusCode.ResourceExhausted, "QUEUE_FULL", true), (refusal.Code, refusal.ReasonText, refusal.RetryAfter > TimeSpan.Zero)));
        Assert.Equal(outcomes.Count(outcome => outcome is null), gateway.Scalar("SELECT count(*) FROM partner"));
        Assert.InRange(outcomes.Count(outcome => outcome is null), 4, 6);
    }

    /// <summary>A sweep can find nothing to do.</summary>
    [Fact]
    public async Task SubmitAll_NoCommands_EndsAtOnce()
    {
        await using var gateway = await TestGateway.Start();
        var submitted = gateway.Services.GetRequiredService<CommandJournal>().SubmitAll([]);
        Assert.Equal(0, await submitted.WaitAsync(TestTime.Patience, TestContext.Current.CancellationToken));
    }

    private static async Task<GatewayRefusal?> Register(TestGateway gateway, string id)
    {
        try
        {
            await gateway.Operator.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = id, DisplayName = id } });
            return null;
        }
        catch (RpcException failed)
        {
            return GatewayRefusal.From(failed);
        }
    }
}
