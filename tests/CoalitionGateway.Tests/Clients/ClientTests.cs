using System.Security.Cryptography;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CoalitionGateway.Tests.Clients;

/// <summary>Apps and tools are rows: two persons register them, and one takes away.</summary>
public sealed class ClientTests : IAsyncLifetime
{
    private const string _native = "http://127.0.0.1/signed-in";
    private readonly TestCoalition _coalition = new();
    private CoalitionClient _one = null!;
    private CoalitionClient _two = null!;

    private TestGateway Gateway => _coalition.Gateway;

    public async ValueTask InitializeAsync()
    {
        await _coalition.InitializeAsync();
        (_one, _two) = (Gateway.AsPerson("operator-one"), Gateway.AsPerson("operator-two"));
    }

    public ValueTask DisposeAsync()
    {
        Gateway.Verify();
        return _coalition.DisposeAsync();
    }

    [Fact]
    public async Task App_RegisteredByTwo_SignsMembersIn_UntilOneSuspendsIt()
    {
        var member = await _coalition.Member(_coalition.Alpha);
        var number = member.Numbers["alpha-points"];
        var proposal = (await _one.Clients.PublishClientAsync(App("balances.read", "transfers.write"))).Proposal;
        Assert.NotEqual(System.Net.HttpStatusCode.Redirect, (await SignIn(number, "balances.read", _native)).Status);
        await Approve(proposal.ProposalId);

        // A native app at any port; nothing that was not registered.
        Assert.Null((await Token(number, "balances.read offline_access", "http://127.0.0.1:50123/signed-in")).Error);
        Assert.NotEqual(System.Net.HttpStatusCode.Redirect, (await SignIn(number, "balances.read", "http://127.0.0.1/elsewhere")).Status);
        Assert.Contains("error=invalid_scope", (await SignIn(number, "pools.write", _native)).Location?.Query);
        var signedIn = await Token(number, "balances.read transfers.write offline_access", "https://app.example/callback");
        var app = Gateway.WithToken(signedIn.AccessToken);
        Assert.NotEmpty((await app.Members.GetBalancesAsync(new GetBalancesRequest())).Balances);

        // One person suspends it, at once; the member's other apps go on.
        await _one.Clients.SuspendClientAsync(new SuspendClientRequest { RequestId = RequestIds.New(), ClientId = "walk-app" });
        var refusal = await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", () => app.Members.GetBalancesAsync(new GetBalancesRequest()));
        Assert.Equal("suspended", refusal.Metadata["problem"]);
        Assert.Equal("unauthorized_client", (await Refresh(signedIn)).Error);
        Assert.Null((await SignIn(number, "balances.read", "https://app.example/callback")).Location);
        Assert.NotEmpty((await member.Client.Members.GetBalancesAsync(new GetBalancesRequest())).Balances);

        await Approve((await _one.Clients.ResumeClientAsync(new ResumeClientRequest { RequestId = RequestIds.New(), ClientId = "walk-app" })).Proposal.ProposalId);
        Assert.NotEmpty((await app.Members.GetBalancesAsync(new GetBalancesRequest())).Balances);

        // Fewer scopes count at once, for those who are signed in too.
        Assert.Null((await _one.Clients.PublishClientAsync(App("balances.read"))).Proposal);
        Assert.Equal("balances.read offline_access", new JsonWebToken((await Refresh(signedIn)).AccessToken).GetClaim("scope").Value);
        Assert.NotNull((await _one.Clients.PublishClientAsync(App("balances.read", "transfers.write"))).Proposal);
    }

    [Fact]
    public async Task Proposal_ShowsOnlyWhatCounts()
    {
        var request = App("balances.read");
        request.Client.Suspended = true;
        request.Client.SenderConstraint = SenderConstraint.Mtls;
        request.Client.HolderIds.Add("operator-two");
        var proposal = (await _one.Clients.PublishClientAsync(request)).Proposal;
        var shown = (await _two.Proposals.ListProposalsAsync(new ListProposalsRequest { State = ProposalState.Open })).Proposals.Single(found => found.ProposalId == proposal.ProposalId);
        Assert.Equal(
            ["client.client_id", "client.kind", "client.display_name", "client.scopes[0]", "client.redirect_uris[0]", "client.redirect_uris[1]"], shown.Changes.Select(change => change.Field));
        Assert.Equal(App("balances.read").Client, shown.Request.Unpack<PublishClientRequest>().Client);
    }

    [Fact]
    public async Task StolenToken_OfAnAppThatMustBindIt_IsNotExchangedForABoundOne()
    {
        await Approve((await _one.Clients.PublishClientAsync(App("balances.read", "transfers.write"))).Proposal.ProposalId);
        var token = await Token((await _coalition.Member(_coalition.Alpha)).Numbers["alpha-points"], "balances.read transfers.write", _native);
        await _one.Clients.SetSenderConstraintAsync(new SetSenderConstraintRequest { RequestId = RequestIds.New(), ClientId = "walk-app", SenderConstraint = SenderConstraint.Dpop });
        Assert.Equal("not_bound", await Gateway.Problem(token.AccessToken));
        var exchanged = await Gateway.Post("/oauth/token", [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("client_id", "walk-app"), ("scope", "balances.read"), ("subject_token", token.AccessToken),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ]);
        Assert.NotNull(exchanged.Error);
    }

    [Fact]
    public async Task Tool_ProposesWithWhatItWasGiven_AndItsHolderApprovesNothingOfIt()
    {
        await Approve((await _one.Clients.PublishClientAsync(Tool("programmes.manage", "clients.manage"))).Proposal.ProposalId);
        Assert.NotNull((await AsTool("")).Error);
        Assert.NotNull((await Gateway.Post("/oauth/token", [("grant_type", "client_credentials"), ("client_id", "night-job")])).Error);
        var issued = await _one.Clients.IssueClientSecretAsync(new IssueClientSecretRequest { RequestId = RequestIds.New(), ClientId = "night-job", ValidDays = 30 });
        await Approve(issued.Proposal.ProposalId);
        var token = (await AsTool(issued.ClientSecret)).AccessToken;
        Assert.Equal("programmes.manage clients.manage".Split(' ').Order(), new JsonWebToken(token).GetClaim("scope").Value.Split(' ').Order());
        var tool = Gateway.WithToken(token);

        var route = (await tool.Programmes.PublishRouteAsync(new PublishRouteRequest
        {
            RequestId = RequestIds.New(),
            Route = new Route { SourceProgrammeId = "alpha-points", DestinationProgrammeId = "beta-points", RatioNumerator = 9, RatioDenominator = 10 },
        })).Proposal;
        Assert.Equal("operator:tool.night-job", route.Proposer);
        await Refusals.Refused(StatusCode.PermissionDenied, "OTHER_PERSON_NEEDED", () => _one.Proposals.ApproveProposalAsync(
            new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = route.ProposalId }));
        await Approve(route.ProposalId);

        // A tool makes no tools.
        await Refusals.Refused(StatusCode.PermissionDenied, "PERSON_NEEDED", () => tool.Clients.PublishClientAsync(App("balances.read")));
        await Refusals.Refused(StatusCode.PermissionDenied, "PERSON_NEEDED", () => tool.Clients.IssueClientSecretAsync(
            new IssueClientSecretRequest { RequestId = RequestIds.New(), ClientId = "night-job" }));

        await Refusals.Refused(StatusCode.PermissionDenied, "PERSON_NEEDED", () => tool.Clients.SuspendClientAsync(
            new SuspendClientRequest { RequestId = RequestIds.New(), ClientId = "night-job" }));

        // A person with the tool's id is another caller.
        var invited = await _one.People.InvitePersonAsync(new InvitePersonRequest
        {
            RequestId = RequestIds.New(), Person = new Person { PersonId = "night-job", Kind = CallerKind.Operator, Roles = { PersonRole.Publish, PersonRole.Approve } },
        });
        await Approve(invited.Proposal.ProposalId);
        var own = (await _one.Programmes.PublishClosingRuleAsync(new PublishClosingRuleRequest { RequestId = RequestIds.New(), ProgrammeId = "alpha-points" })).Proposal;
        await Refusals.Refused(StatusCode.PermissionDenied, "SCOPE_MISSING", () => tool.Proposals.ApproveProposalAsync(
            new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = own.ProposalId }));

        var listed = (await _one.Clients.ListClientsAsync(new ListClientsRequest())).Clients;
        Assert.Equal(["alpha", "beta", "gamma", "night-job"], listed.Select(client => client.ClientId));
        Assert.All(listed.SkipLast(1), client => Assert.Equal((CallerKind.Partner, true, 0), (client.Kind, client.HasSecret, client.HolderIds.Count)));
        Assert.Equal(
            (CallerKind.Operator, "Night job", "clients.manage programmes.manage", "", "operator-one", true, 30),
            (listed[3].Kind, listed[3].DisplayName, string.Join(' ', listed[3].Scopes), string.Join(' ', listed[3].RedirectUris), string.Join(' ', listed[3].HolderIds), listed[3].HasSecret,
                (int)Math.Round((listed[3].SecretExpireTime.ToDateTime() - DateTime.UtcNow).TotalDays)));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keys = await _two.Clients.PublishClientKeysAsync(new PublishClientKeysRequest { RequestId = RequestIds.New(), ClientId = "night-job", Jwks = OAuthForms.Jwks(key) });
        await _one.Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = keys.Proposal.ProposalId });
        Assert.Equal("invalid_client", (await AsTool(issued.ClientSecret)).Error);
        Assert.Null((await Gateway.Post("/oauth/token", [("grant_type", "client_credentials"), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", Gateway.Assertion(key, "night-job"))])).Error);
        Assert.Equal(["operator-two"], (await _one.Clients.ListClientsAsync(new ListClientsRequest())).Clients[3].HolderIds);
        await _two.Clients.SuspendClientAsync(new SuspendClientRequest { RequestId = RequestIds.New(), ClientId = "night-job" });
        await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", () => tool.Programmes.ListProgrammesAsync(new ListProgrammesRequest()));
    }

    private static PublishClientRequest App(params string[] scopes) => new()
    {
        RequestId = RequestIds.New(),
        Client = new V1.Client { ClientId = "walk-app", Kind = CallerKind.Member, DisplayName = "Walk", Scopes = { scopes }, RedirectUris = { _native, "https://app.example/callback" } },
    };

    private static PublishClientRequest Tool(params string[] scopes) => new()
    {
        RequestId = RequestIds.New(), Client = new V1.Client { ClientId = "night-job", Kind = CallerKind.Operator, DisplayName = "Night job", Scopes = { scopes } },
    };

    private Task<ApproveProposalResponse> Approve(string proposal) =>
        _two.Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = proposal }).ResponseAsync;

    private Task<OAuthAnswer> AsTool(string secret) => Gateway.Post("/oauth/token", [("grant_type", "client_credentials"), ("client_id", "night-job"), ("client_secret", secret)]);

    private Task<OAuthAnswer> Refresh(OAuthAnswer before) => Gateway.Post(
        "/oauth/token", [("grant_type", "refresh_token"), ("client_id", "walk-app"), ("refresh_token", before.Body.GetProperty("refresh_token").GetString()!)]);

    private Task<(System.Net.HttpStatusCode Status, Uri? Location)> SignIn(string number, string scope, string redirect) =>
        Gateway.Authorize(number, ("client_id", "walk-app"), ("redirect_uri", redirect), ("scope", scope));

    private async Task<OAuthAnswer> Token(string number, string scope, string redirect)
    {
        var (_, location) = await SignIn(number, scope, redirect);
        var code = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(location!.Query)["code"].ToString();
        return await Gateway.Post(
            "/oauth/token", [("grant_type", "authorization_code"), ("client_id", "walk-app"), ("code", code), ("redirect_uri", redirect), ("code_verifier", OAuthForms.Verifier)]);
    }
}
