using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Platform.Telemetry;

public sealed class MetricsTests
{
    private const string _register = "coalition.gateway.v1.ProgrammeService/RegisterPartner";
    private const string _purchase = "coalition.gateway.v1.EarningService/RecordPurchase";

    [Fact]
    public async Task Calls_AreMeasuredByMethodAndCode_AndRefusalsByReason()
    {
        await using var gateway = await TestGateway.Start();
        using var measured = new Measurements(gateway);
        await Register(gateway, "alpha");
        await Refusals.Refused(StatusCode.AlreadyExists, "PARTNER_EXISTS", () => Register(gateway, "alpha"));
        await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => Register(gateway, "No Such Id!"));
        await Refusals.Refused(StatusCode.PermissionDenied, "CALLER_NOT_ALLOWED", async () => await gateway.Officer.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest()));
        await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", async () => await new EarningService.EarningServiceClient(gateway.Channel).RecordPurchaseAsync(new RecordPurchaseRequest()));
        var unreadable = await RawCalls.Call(gateway.Channel, "ProgrammeService/RegisterPartner", [0xFF], await gateway.TokenOf(Ledger.CallerKind.Operator, ""));
        Assert.Equal(StatusCode.InvalidArgument, unreadable.Failed?.StatusCode);

        foreach (var (method, code) in new[] { (_register, "OK"), (_register, "AlreadyExists"), (_register, "InvalidArgument"), (_register, "PermissionDenied"), (_purchase, "Unauthenticated") })
        {
            Assert.InRange(await measured.Next($"coalition.call.duration {{method={method}, code={code}}}"), 0.000_001, 60);
        }

        foreach (var (method, reason, count) in new[] { (_register, "PARTNER_EXISTS", 1), (_register, "FIELD_INVALID", 2), (_register, "CALLER_NOT_ALLOWED", 1), (_purchase, "TOKEN_INVALID", 1) })
        {
            Assert.Equal(count, measured.Of($"coalition.refusals {{method={method}, reason={reason}}}").Sum());
        }
    }

    [Fact]
    public async Task Journal_MeasuresBatchesCommitsAndQueue()
    {
        await using var gateway = await TestGateway.Start(configure: options => options.JournalMaxBatch = 2);
        await gateway.TokenOf(Ledger.CallerKind.Operator, "");
        using var measured = new Measurements(gateway);
        await using var held = TestDatabase.Open(gateway.Options);
        held.Execute(TestDatabase.IsPostgres ? "BEGIN; SELECT FROM turn_lock FOR UPDATE" : "BEGIN IMMEDIATE");
        var calls = Enumerable.Range(0, 9).Select(i => Register(gateway, $"partner-{i}")).ToArray();

        // At most two commands are with the store and two are decided ahead. The others wait.
        while (measured.Look("coalition.journal.queue.depth") < 5)
        {
            Assert.DoesNotContain(calls, call => call.IsCompleted);
            await Task.Delay(20);
        }

        held.Execute("ROLLBACK");
        await Task.WhenAll(calls);
        Assert.Equal(0, measured.Look("coalition.journal.queue.depth"));
        var sizes = measured.Of("coalition.journal.batch.size {}");
        Assert.Equal(9, sizes.Sum());
        Assert.Equal(2, sizes.Max());
        var commits = measured.Of("coalition.journal.commit.duration {}");
        Assert.Equal(sizes.Count, commits.Count);
        Assert.All(commits, seconds => Assert.InRange(seconds, 0.000_001, 60));
        Assert.Equal(1, measured.Look("coalition.store.reachable"));
    }

    private static async Task Register(TestGateway gateway, string id) => await gateway.Operator.Programmes.RegisterPartnerAsync(
        new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = id, DisplayName = id } });
}
