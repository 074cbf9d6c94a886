using System.Net;
using CoalitionGateway.V1;
using Grpc.Core;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// Ended callers and tokens stay ended after a restart and at every gateway, without Redis. Resumed partners stay resumed.
/// </summary>
public sealed class ForgottenEndTests
{
    [Fact]
    public async Task Partner_Resumed_CanCallAgain_WithANewTokenAndTheOldOne()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var before = await Token(coalition);
        Assert.Null(await coalition.Gateway.Problem(before));
        var suspension = RequestIds.New();
        await coalition.Gateway.Suspend("alpha", suspension);
        Assert.Equal("suspended", await coalition.Gateway.Problem(before));
        await coalition.Gateway.Resume("alpha");
        Assert.Null(await coalition.Gateway.Problem(await Token(coalition)));
        Assert.Null(await coalition.Gateway.Problem(before));

        // A late retry of the suspension does not suspend again.
        await coalition.Gateway.Suspend("alpha", suspension);
        Assert.Null(await coalition.Gateway.Problem(before));
    }

    [Fact]
    public async Task Restart_RemembersWhatWasUsedRevokedSuspendedAndErased()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var gateway = coalition.Gateway;
        using var key = await gateway.PublishKey("gamma");
        var assertion = gateway.Assertion(key, "gamma");
        Assert.Equal(HttpStatusCode.OK, (await gateway.AskByAssertion(assertion)).Status);
        var revoked = await gateway.TokenOf(CallerKind.Operator, "programmes.read");
        Assert.Equal(HttpStatusCode.OK, await gateway.Revoke(revoked));
        var suspended = await Token(coalition);
        await gateway.Suspend("alpha");
        var number = (await coalition.Member(coalition.Beta)).Numbers[coalition.Beta.ProgrammeId];
        var erased = await gateway.SignIn(number);
        await gateway.WithToken(erased).Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New(), SettlePoints = true });
        Assert.Equal("revoked", await gateway.Problem(erased));

        await using var again = await gateway.Restart();
        Assert.Equal(HttpStatusCode.Unauthorized, (await again.AskByAssertion(assertion)).Status);
        Assert.Equal(("revoked", "suspended", "revoked"), (await again.Problem(revoked), await again.Problem(suspended), await again.Problem(erased)));
    }

    [Fact]
    public async Task ErasedMember_LongLivedToken_IsEndedByTheErasureItself()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var gateway = coalition.Gateway;
        var number = (await coalition.Member(coalition.Alpha)).Numbers[coalition.Alpha.ProgrammeId];
        var member = await gateway.MemberId(number);
        await gateway.WithToken(await gateway.SignIn(number)).Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New(), SettlePoints = true });
        await using (var authority = AuthorityDatabase.Open(gateway.Options))
        {
            // The same state as after some hours.
            authority.Execute($"DELETE FROM {AuthorityDatabase.Schema}ended");
        }

        await using var again = await gateway.Restart();
        Assert.Equal("revoked", await again.Problem(ForgedTokens.Make(again, "none", CallerKind.Member, member)));
    }

    [Fact]
    public async Task Gateways_OverOneDatabase_LearnOfEndedCallersWithoutRedis()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server: several gateways share one.");
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var first = coalition.Gateway;
        await using var second = await TestRedis.Replica(first, _ => { });
        using var key = await first.PublishKey("gamma");
        var member = await coalition.Member(coalition.Beta);
        var number = member.Numbers[coalition.Beta.ProgrammeId];

        var token = await Token(coalition);
        var erased = await first.SignIn(number);
        Assert.Equal((null, null), (await second.Problem(token), await second.Problem(erased)));
        using var stream = second.WithToken(token).Earning.StreamPurchases(deadline: DateTime.UtcNow.AddSeconds(10));
        await stream.RequestStream.WriteAsync(new StreamPurchasesRequest());
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        await first.Suspend("alpha");
        var ended = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((StatusCode.Unauthenticated, "suspended"), (ended.StatusCode, GatewayRefusal.From(ended)?.Metadata["problem"]));
        Assert.Equal("suspended", await second.Problem(token));
        await first.Resume("alpha");
        await TestRedis.Until(async () => await second.Problem(token) is null);

        var revoked = await first.TokenOf(CallerKind.Operator, "programmes.read");
        Assert.Null(await second.Problem(revoked));
        Assert.Equal(HttpStatusCode.OK, await first.Revoke(revoked));
        await TestRedis.Until(async () => await second.Problem(revoked) == "revoked");

        var assertion = first.Assertion(key, "gamma");
        Assert.Equal(HttpStatusCode.OK, (await first.AskByAssertion(assertion)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await second.AskByAssertion(assertion)).Status);

        await first.WithToken(erased).Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New(), SettlePoints = true });
        await TestRedis.Until(async () => await second.Problem(erased) == "revoked");
    }

    private static Task<string> Token(TestCoalition coalition) => coalition.Gateway.TokenOf(coalition.Alpha.ClientId, coalition.Alpha.Secret, "programmes.read earning.write");
}
