using CoalitionGateway.V1;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Tests.Client;

/// <summary>A till that may be offline or end at any time keeps its requests in a file.</summary>
[Trait("Store", "any")]
public sealed class OutboxTests(TestCoalition coalition) : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"outbox-{Guid.NewGuid():N}.jsonl");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Requests_AddedOffline_AreSentInOrderAfterTheTillStartsAgain()
    {
        var member = await coalition.Member(coalition.Alpha);
        var purchases = Enumerable.Range(0, 3).Select(_ => TestCoalition.Purchase(coalition.Alpha, member, 10)).ToList();
        using (var before = Outbox.Open(_path))
        {
            purchases.ForEach(purchase => before.Add(purchase));
        }

        using var outbox = Outbox.Open(_path);
        Assert.Equal(3, outbox.Count);
        var answers = await SendAll(outbox, coalition.Alpha.Client);
        Assert.Equal(purchases.Select(purchase => purchase.PurchaseReference), answers.Select(answer => Assert.IsType<RecordPurchaseResponse>(answer.Answer).Purchase.PurchaseReference));
        Assert.Equal(0, new FileInfo(_path).Length);
    }

    [Fact]
    public async Task Request_WhoseAnswerWasNotHandled_IsSentAgainAndHasOneEffect()
    {
        var member = await coalition.Member(coalition.Alpha);
        IMessage? first = null;
        using (var before = Outbox.Open(_path))
        {
            before.Add(new RecordPurchaseRequest(TestCoalition.Purchase(coalition.Alpha, member, 10)) { RequestId = "" });
            await foreach (var answer in before.Send(coalition.Alpha.Client, TestContext.Current.CancellationToken))
            {
                first = answer.Answer;
                break;
            }
        }

        using var outbox = Outbox.Open(_path);
        var again = Assert.Single(await SendAll(outbox, coalition.Alpha.Client));
        Assert.Equal(first, again.Answer);
        Assert.Equal(first is RecordPurchaseResponse made ? made.Purchase.GivenPoints : -1, (await TestCoalition.Balance(member, coalition.Alpha)).Available);
    }

    [Fact]
    public async Task Refusal_IsAnAnswer_AndTheNextRequestIsSent()
    {
        var member = await coalition.Member(coalition.Alpha);
        using var outbox = Outbox.Open(_path);
        outbox.Add(new ReversePurchaseRequest { PurchaseReference = "never-sold" });
        outbox.Add(TestCoalition.Purchase(coalition.Alpha, member, 10));
        var answers = await SendAll(outbox, coalition.Alpha.Client);
        Assert.Equal("PURCHASE_NOT_FOUND", answers[0].Refusal!.ReasonText);
        Assert.IsType<RecordPurchaseResponse>(answers[1].Answer);
    }

    [Fact]
    public async Task Gateway_AwayForLongerThanOneCallWaits_IsWaitedFor()
    {
        var gateway = await TestGateway.Start();
        var options = gateway.Options;
        using var http = new HttpClient();
        using var tokens = new TokenSource(http, gateway.TokenEndpoint, "test-operator", TestGateway.Secret);
        var failures = 0;
        var away = new TaskCompletionSource();
        using var client = new CoalitionClient(
            new Uri(options.GrpcUrl), async cancellation =>
            {
                if (++failures > 2)
                {
                    away.TrySetResult();
                }

                return await tokens.Get(cancellation);
            }, retries: Retries.None);
        await gateway.Stop();
        using var outbox = Outbox.Open(_path);
        outbox.Add(new ReversePurchaseRequest { PurchaseReference = "never-sold" });
        var sending = SendAll(outbox, client);
        await away.Task.WaitAsync(TestTime.Patience, TestContext.Current.CancellationToken);

        await using var again = await TestGateway.Start(options.DataDirectory, next => (next.GrpcUrl, next.HttpUrl) = (options.GrpcUrl, options.HttpUrl));

        // An operator may not reverse purchases. The failure comes from the gateway, which is there again.
        var failed = await Assert.ThrowsAsync<RpcException>(() => sending);
        Assert.Equal(StatusCode.PermissionDenied, failed.StatusCode);
        Assert.Equal(1, outbox.Count);
    }

    [Fact]
    public async Task Client_WithoutAccess_EndsTheSending_AndTheRequestStays()
    {
        using var http = new HttpClient();
        using var tokens = new TokenSource(http, coalition.Gateway.TokenEndpoint, coalition.Alpha.ClientId, "wrong");
        using var client = new CoalitionClient(new Uri(coalition.Gateway.Options.GrpcUrl), tokens.Get);
        using var outbox = Outbox.Open(_path);
        outbox.Add(new ReversePurchaseRequest { PurchaseReference = "never-sold" });
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(() => SendAll(outbox, client))).StatusCode);
        Assert.Single(await SendAll(Reopened(outbox), coalition.Alpha.Client));
    }

    [Fact]
    public void Line_ThatACrashCutOff_IsDropped_AndWhatFollowsIsKept()
    {
        using (var before = Outbox.Open(_path))
        {
            before.Add(new ReversePurchaseRequest { PurchaseReference = "kept" });
        }

        File.AppendAllText(_path, """{"method":"ReversePurchase","requ""");
        using (var after = Outbox.Open(_path))
        {
            Assert.Equal(1, after.Count);
            after.Add(new ReversePurchaseRequest { PurchaseReference = "added later" });
        }

        using var outbox = Outbox.Open(_path);
        Assert.Equal(2, outbox.Count);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"method":"EraseMember","request":{}}""")]
    [InlineData("""{"method":"ReversePurchase","request":{"unknown":1}}""")]
    [InlineData("""{"handled":"0b0f7c2e-0000-4000-8000-000000000000"}""")]
    public void Line_Damaged_IsNamedWithTheFileAndTheRemedy(string line)
    {
        File.WriteAllText(_path, $$$"""{"method":"ReversePurchase","request":{"requestId":"1","purchaseReference":"good"}}{{{'\n'}}}{{{line}}}{{{'\n'}}}""");
        var wrong = Assert.Throws<FormatException>(() => Outbox.Open(_path));
        Assert.StartsWith($"{_path}, line 2 is damaged: ", wrong.Message, StringComparison.Ordinal);
        Assert.EndsWith("Move the line, and a later line that says it is handled, to another file; the other requests can then be sent.", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_IsOpenInOneProcessAtATime()
    {
        using var outbox = Outbox.Open(_path);
        Assert.Throws<IOException>(() => Outbox.Open(_path));
    }

    [Fact]
    public void Request_OfAnotherMethod_IsRefusedAndNamesTheMethods()
    {
        using var outbox = Outbox.Open(_path);
        var refused = Assert.Throws<ArgumentException>(() => outbox.Add(new GetBalancesRequest()));
        Assert.Contains("CaptureRedemption, RecordPurchase, RecordReturn", refused.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (outbox.Count, new FileInfo(_path).Length));
    }

    [Fact]
    public void Request_WithATimeThatNoJsonHolds_IsRefused()
    {
        using var outbox = Outbox.Open(_path);
        Assert.Throws<ArgumentException>(() => outbox.Add(new RecordReturnRequest { ReturnTime = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = long.MaxValue } }));
        Assert.Equal((0, 0), (outbox.Count, new FileInfo(_path).Length));
    }

    /// <summary>A request that nobody executes does not stop the till for ever.</summary>
    [Fact]
    public async Task Skip_TakesTheFirstRequestOut_AlsoFromTheFile()
    {
        using (var before = Outbox.Open(_path))
        {
            Assert.Null(before.Skip());
            var added = before.Add(new ReversePurchaseRequest { PurchaseReference = "bad" });
            before.Add(new ReversePurchaseRequest { PurchaseReference = "good" });
            Assert.Equal(added, before.Skip());
        }

        using var outbox = Outbox.Open(_path);
        Assert.Equal("good", ((ReversePurchaseRequest)Assert.Single(await SendAll(outbox, coalition.Alpha.Client)).Request.Request).PurchaseReference);
    }

    /// <summary>A till that is always busy does not fill its disk.</summary>
    [Fact]
    public void File_OfAnOutboxThatIsNeverEmpty_StaysSmall()
    {
        using var outbox = Outbox.Open(_path);
        outbox.Add(new ReversePurchaseRequest { PurchaseReference = "first" });
        for (var i = 0; i < 2500; i++)
        {
            outbox.Add(new ReversePurchaseRequest { PurchaseReference = $"r{i}" });
            outbox.Skip();
        }

        Assert.Equal(1, outbox.Count);
        Assert.InRange(File.ReadAllLines(Reopened(outbox, out var again)).Length, 1, 1);
        again.Dispose();
    }

    [Fact]
    public void Requests_AddedAtOnce_AreAllKept()
    {
        using (var before = Outbox.Open(_path))
        {
            Parallel.For(0, 100, i => before.Add(new ReversePurchaseRequest { PurchaseReference = $"r{i}" }));
        }

        using var outbox = Outbox.Open(_path);
        Assert.Equal(100, outbox.Count);
    }

    [Fact]
    public async Task Senders_TwoAtOnce_AreRefused()
    {
        using var outbox = Outbox.Open(_path);
        using var end = new CancellationTokenSource();
        var first = SendAll(outbox, coalition.Alpha.Client, isComplete: false, end.Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => SendAll(outbox, coalition.Alpha.Client, isComplete: false));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task Pages_OfAList_AreReadToTheEnd()
    {
        var member = await coalition.Member(coalition.Alpha);
        for (var i = 0; i < 5; i++)
        {
            await TestCoalition.Buy(coalition.Alpha, member, 10);
        }

        var request = new ListMovementsRequest { ProgrammeId = coalition.Alpha.ProgrammeId, PageSize = 2 };
        var read = await Pages.Of(request, member.Client.Movements.ListMovementsAsync, page => page.Movements, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(5, read.Select(movement => movement.PurchaseReference).Distinct().Count());
        Assert.Equal("", request.PageToken);
        Assert.Throws<ArgumentException>(() => Pages.Of(new GetBalancesRequest(), member.Client.Members.GetBalancesAsync, page => page.Balances));
    }

    private string Reopened(Outbox outbox, out Outbox again)
    {
        var size = new FileInfo(_path).Length;
        Assert.InRange(size, 1, 400_000);
        again = Reopened(outbox);
        again.Dispose();
        return _path;
    }

    private Outbox Reopened(Outbox outbox)
    {
        outbox.Dispose();
        return Outbox.Open(_path);
    }

    private static async Task<List<OutboxAnswer>> SendAll(Outbox outbox, CoalitionClient client, bool isComplete = true, CancellationToken cancellation = default)
    {
        if (isComplete)
        {
            outbox.Complete();
        }

        return await outbox.Send(client, cancellation).ToListAsync(cancellation);
    }
}
