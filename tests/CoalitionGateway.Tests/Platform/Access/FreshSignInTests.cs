using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.V1;
using Grpc.Core;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>Step-up (RFC 9470): some calls of members need a fresh sign-in.</summary>
public sealed class FreshSignInTests(TestCoalition coalition)
{
    /// <summary>Written by hand, and not read from the annotations.</summary>
    private static readonly string[] _methods = ["PoolService/CreatePool", "PrivacyService/EraseMember", "ProposalService/ApproveProposal", "SignInService/CancelNewStart", "SignInService/RemovePasskey"];

    [Fact]
    public void Methods_ThatNeedAFreshSignIn_AreThese() => Assert.Equal(
        _methods,
        MethodRules.Services.SelectMany(service => service.Methods).Where(method => MethodRules.Find($"/{method.Service.FullName}/{method.Name}")?.MaxSignInAge is not null)
            .Select(method => $"{method.Service.Name}/{method.Name}").Order(StringComparer.Ordinal));

    [Fact]
    public async Task Call_AfterAnOldSignIn_IsRefused_WithTheAgeThatWouldDo()
    {
        var (old, fresh) = await Tokens();
        var refused = await Refused(old, client => client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Alpha.ProgrammeId }).ResponseAsync);
        Assert.Equal(("SIGN_IN_TOO_OLD", "600"), (refused.Refusal.ReasonText, refused.Refusal.Metadata["max_age"]));
        Assert.Equal("Bearer error=\"insufficient_user_authentication\", max_age=\"600\"", refused.Challenge);

        await coalition.Gateway.WithToken(fresh).Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Alpha.ProgrammeId });

        // Reading needs no fresh sign-in.
        Assert.NotEmpty((await coalition.Gateway.WithToken(old).Members.GetBalancesAsync(new GetBalancesRequest())).Balances);
    }

    [Fact]
    public async Task Approval_AfterAnOldSignIn_IsRefused()
    {
        var old = coalition.Gateway.WithToken(ForgedTokens.Make(
            coalition.Gateway, "an old sign-in", Ledger.CallerKind.Operator, "operator-two", "proposals.decide"));
        var request = new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = RequestIds.New() };

        // That sign-in was an hour ago, and an hour is allowed, with the clocks' difference.
        await Refusals.Refused(StatusCode.NotFound, "PROPOSAL_NOT_FOUND", () => old.Proposals.ApproveProposalAsync(request));
        var older = coalition.Gateway.WithToken(ForgedTokens.Make(
            coalition.Gateway, "an older sign-in", Ledger.CallerKind.Operator, "operator-two", "proposals.decide"));
        Assert.Equal("3600", (await Refusals.Refused(StatusCode.Unauthenticated, "SIGN_IN_TOO_OLD", () => older.Proposals.ApproveProposalAsync(request))).Metadata["max_age"]);
    }

    [Theory]
    [InlineData(50_000, "MEMBERSHIP_NOT_FOUND")]
    [InlineData(51_000, "SIGN_IN_TOO_OLD")]
    public async Task Transfer_AboveTheLimit_NeedsAFreshSignIn(long points, string reason)
    {
        var (old, fresh) = await Tokens();
        var request = new CreateTransferRequest
        {
            RequestId = RequestIds.New(), SourceProgrammeId = coalition.Alpha.ProgrammeId, DestinationProgrammeId = coalition.Beta.ProgrammeId, AmountPoints = points,
        };
        Assert.Equal(reason, (await Refused(old, client => client.Transfers.CreateTransferAsync(request).ResponseAsync)).Refusal.ReasonText);

        // What was refused before the queue is not stored: the same request works after the sign-in.
        Assert.Equal("MEMBERSHIP_NOT_FOUND", (await Refused(fresh, client => client.Transfers.CreateTransferAsync(request).ResponseAsync)).Refusal.ReasonText);
    }

    private async Task<(GatewayRefusal Refusal, string? Challenge)> Refused<T>(string token, Func<CoalitionClient, Task<T>> call)
    {
        var failed = await Assert.ThrowsAsync<RpcException>(() => call(coalition.Gateway.WithToken(token)));
        return (GatewayRefusal.From(failed)!, failed.Trailers.GetValue("www-authenticate"));
    }

    private async Task<(string Old, string Fresh)> Tokens()
    {
        var member = await coalition.Member(coalition.Alpha);
        var id = await coalition.Gateway.MemberId(member.Numbers[coalition.Alpha.ProgrammeId]);
        var scope = string.Join(' ', CoalitionGateway.Gateway.ScopesFor(CallerKind.Member));
        return (ForgedTokens.Make(coalition.Gateway, "an old sign-in", CallerKind.Member, id, scope), ForgedTokens.Make(coalition.Gateway, "none", CallerKind.Member, id, scope));
    }
}
