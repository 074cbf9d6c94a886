using CoalitionGateway.Ledger;
using CoalitionGateway.V1;
using Grpc.Core;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>
/// Every method of the contract with every kind of token that must not pass. What is expected is written here by hand. The scopes and
/// callers of each method are in <see cref="AccessTableTests"/>.
/// </summary>
[Trait("Store", "any")]
public sealed class TokenMatrixTests(TokenMatrixTests.UselessTokens tokens) : IClassFixture<TokenMatrixTests.UselessTokens>
{
    // These ask for a sign-in of the last ten minutes. CreateTransfer asks for one above an amount.
    private static readonly HashSet<string> _needsFreshSignIn = ["PoolService/CreatePool", "PrivacyService/EraseMember", "SignInService/RemovePasskey", "SignInService/CancelNewStart"];

    // Only a person decides; only a person proposes a change of persons.
    private static readonly HashSet<string> _needsPerson =
    [
        "ProposalService/ApproveProposal", "PeopleService/InvitePerson", "PeopleService/ChangeRoles", "PeopleService/RenewPerson", "PeopleService/RemovePerson",
    ];

    // A call with an unknown key waits up to a second for the authority's keys. So all methods are called at once.
    private const string _waits = "unknown_key";

    // These bytes are no message: access is checked first.
    private static readonly byte[] _noMessage = [0xFF, 0xFF, 0xFF];

    public static TheoryData<string> Methods => [.. RawCalls.Methods.Keys];

    public static TheoryData<string> PersonMethods => [.. _needsPerson];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Method_WithAUselessToken_SaysWhatIsWrongWithIt(string method)
    {
        foreach (var (kind, token, problem) in tokens.All.Where(found => found.Problem != _waits))
        {
            Assert.Equal($"{kind}: {StatusCode.Unauthenticated} TOKEN_INVALID {problem}", $"{kind}: {await Told(method, token)}");
        }
    }

    [Fact]
    public async Task EveryMethod_WithAnUnknownKey_SaysSo()
    {
        var (_, token, _) = tokens.All.Single(found => found.Problem == _waits);
        Assert.All(
            await Task.WhenAll(RawCalls.Methods.Keys.Select(method => Told(method, token))), told => Assert.Equal($"{StatusCode.Unauthenticated} TOKEN_INVALID {_waits}", told));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Method_WithAnOldSignIn_AsksMembersForAFreshOneWhereItMust(string method)
    {
        var (failed, _) = await RawCalls.Call(tokens.Gateway.Channel, method, _noMessage, tokens.OldSignIn);
        Assert.Equal(_needsFreshSignIn.Contains(method), failed is not null && GatewayRefusal.From(failed)?.ReasonText == "SIGN_IN_TOO_OLD");
    }

    [Theory]
    [MemberData(nameof(PersonMethods))]
    public async Task Method_ThatNeedsAPerson_RefusesATool(string method)
    {
        var proposal = (await tokens.Coalition.Gateway.AsPerson("operator-one").Programmes.PublishClosingRuleAsync(
            new PublishClosingRuleRequest { RequestId = RequestIds.New(), ProgrammeId = "alpha-points" })).Proposal;
        var tool = tokens.Gateway.WithToken(await tokens.Gateway.TokenOf(CallerKind.Operator, ""));
        await Refusals.Refused(StatusCode.PermissionDenied, "PERSON_NEEDED", () => method.Split('/')[1] switch
        {
            "ApproveProposal" => Ask(tool.Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = proposal.ProposalId })),
            "InvitePerson" => Ask(tool.People.InvitePersonAsync(
                new InvitePersonRequest { RequestId = RequestIds.New(), Person = new V1.Person { PersonId = "dan", Kind = V1.CallerKind.Operator, Roles = { PersonRole.Read } } })),
            "ChangeRoles" => Ask(tool.People.ChangeRolesAsync(new ChangeRolesRequest { RequestId = RequestIds.New(), PersonId = "operator-one", Roles = { PersonRole.Read } })),
            "RenewPerson" => Ask(tool.People.RenewPersonAsync(new RenewPersonRequest { RequestId = RequestIds.New(), PersonId = "operator-one" })),
            _ => Ask(tool.People.RemovePersonAsync(new RemovePersonRequest { RequestId = RequestIds.New(), PersonId = "operator-one" })),
        });
    }

    private async Task<string> Told(string method, string? token)
    {
        var (failed, _) = await RawCalls.Call(tokens.Gateway.Channel, method, _noMessage, token);
        var refusal = failed is null ? null : GatewayRefusal.From(failed);
        return $"{failed?.StatusCode} {refusal?.ReasonText} {refusal?.Metadata.GetValueOrDefault("problem")}";
    }

    private static async Task<bool> Ask<TResponse>(AsyncUnaryCall<TResponse> call) => await call is not null;

    /// <summary>Tokens that no method takes.</summary>
    public sealed class UselessTokens : IAsyncLifetime
    {
        private readonly List<(string Kind, string? Token, string Problem)> _all = [];

        public TestCoalition Coalition { get; } = new();

        public TestGateway Gateway => Coalition.Gateway;

        /// <summary>The kinds, and the word that TOKEN_INVALID gives for each.</summary>
        public IReadOnlyList<(string Kind, string? Token, string Problem)> All => _all;

        /// <summary>A member's, with all scopes.</summary>
        public string OldSignIn { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            await Coalition.InitializeAsync();
            _all.Add(("none", null, "missing"));
            _all.AddRange(ForgedTokens.Faults.Select(fault => (fault.Key, (string?)ForgedTokens.Make(Gateway, fault.Key), fault.Value)));

            var revoked = await Gateway.TokenOf(CallerKind.Operator, "");
            await Gateway.Revoke(revoked);
            _all.Add(("revoked", revoked, "revoked"));

            var number = (await Coalition.Member(Coalition.Alpha)).Numbers["alpha-points"];
            var signedIn = await Gateway.SignInFor(number, "balances.read offline_access");
            await Refresh(signedIn.RefreshToken);
            await Refresh(signedIn.RefreshToken);
            _all.Add(("refreshed away", signedIn.AccessToken, "revoked"));

            _all.Add(("suspended", await Gateway.TokenOf(Coalition.Gamma.ClientId, Coalition.Gamma.Secret, ""), "suspended"));
            await Gateway.Operator.Clients.SuspendClientAsync(new SuspendClientRequest { RequestId = RequestIds.New(), ClientId = "gamma" });

            var (one, two) = (Gateway.AsPerson("operator-one"), Gateway.AsPerson("operator-two"));
            _all.Add(("removed person", await Gateway.TokenOfPerson("officer-two"), "revoked"));
            var removal = await one.People.RemovePersonAsync(new RemovePersonRequest { RequestId = RequestIds.New(), PersonId = "officer-two" });
            await two.Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = removal.Proposal.ProposalId });

            using var key = TestProofs.NewKey();
            _all.Add(("bound, without a proof", ForgedTokens.Make(Gateway, "none", CallerKind.Operator, "test-operator", cnf: TestProofs.Bound(key)), "wrong_scheme"));
            OldSignIn = ForgedTokens.Make(
                Gateway, "an old sign-in", CallerKind.Member, await Gateway.MemberId(number), string.Join(' ', CoalitionGateway.Gateway.ScopesFor(CallerKind.Member)));
        }

        public ValueTask DisposeAsync() => Coalition.DisposeAsync();

        private Task<OAuthAnswer> Refresh(string token) => Gateway.Post(
            "/oauth/token", [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", TestGateway.App)]);
    }
}
