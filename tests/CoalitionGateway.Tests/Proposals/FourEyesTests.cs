using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CoalitionGateway.Tests.Proposals;

/// <summary>Two persons of the operator or of compliance, through the front door.</summary>
public sealed class FourEyesTests : IAsyncLifetime
{
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
    public async Task Route_ProposedByOneAndApprovedByAnother_CountsThen()
    {
        var request = Route(9, 10);
        var waiting = (await _one.Programmes.PublishRouteAsync(request)).Proposal;
        Assert.Equal(("PublishRoute", "operator:operator-one", ProposalState.Open), (waiting.Method, waiting.Proposer, waiting.State));
        Assert.Equal((1, 1), await Ratio());

        // Side by side, for whoever decides.
        var shown = Assert.Single((await _two.Proposals.ListProposalsAsync(new ListProposalsRequest { State = ProposalState.Open })).Proposals);
        Assert.Equal(waiting.ProposalId, shown.ProposalId);
        Assert.Equal(
            [
                "route.source_programme_id: alpha-points -> alpha-points", "route.destination_programme_id: beta-points -> beta-points",
                "route.ratio_numerator: 1 -> 9", "route.ratio_denominator: 1 -> 10",
            ],
            shown.Changes.Select(change => $"{change.Field}: {change.Before} -> {change.After}"));
        Assert.Equal(request, shown.Request.Unpack<PublishRouteRequest>());

        var approval = new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = waiting.ProposalId };
        var approved = await _two.Proposals.ApproveProposalAsync(approval);

        Assert.Equal((9, 10), await Ratio());
        Assert.Equal((9L, 2L), (approved.Answer.Unpack<PublishRouteResponse>().Route.RatioNumerator, approved.Answer.Unpack<PublishRouteResponse>().Route.Version));
        Assert.Equal((ProposalState.Approved, "operator:operator-two"), (approved.Proposal.State, approved.Proposal.Decider));
        Assert.Equal(approved, await _two.Proposals.ApproveProposalAsync(approval));
        Assert.Equal(waiting.ProposalId, (await _one.Programmes.PublishRouteAsync(request)).Proposal.ProposalId);
        Assert.Null((await _two.Proposals.ListProposalsAsync(new ListProposalsRequest())).Proposals[0].Request);
    }

    [Fact]
    public async Task Approval_ByTheProposerAToolOrAnOfficer_IsRefused()
    {
        var proposal = (await _one.Programmes.PublishRouteAsync(Route(9, 10))).Proposal.ProposalId;
        using var tool = new TokenSource(Gateway.Http, Gateway.TokenEndpoint, "test-operator", TestGateway.Secret);
        await Refused(StatusCode.PermissionDenied, "OTHER_PERSON_NEEDED", _one, proposal);
        await Refused(StatusCode.PermissionDenied, "PERSON_NEEDED", Gateway.WithToken(await tool.Get(CancellationToken.None)), proposal);
        await Refused(StatusCode.NotFound, "PROPOSAL_NOT_FOUND", Gateway.AsPerson("officer-one"), proposal);
        await Refused(StatusCode.NotFound, "PROPOSAL_NOT_FOUND", _two, RequestIds.New());
        Assert.Equal((1, 1), await Ratio());

        await _two.Proposals.DeclineProposalAsync(new DeclineProposalRequest { RequestId = RequestIds.New(), ProposalId = proposal });
        await Refused(StatusCode.FailedPrecondition, "PROPOSAL_CLOSED", _two, proposal);
    }

    /// <summary>The bound holds over many calls at once, and at a gateway that has all open proposals yet to read.</summary>
    [Fact]
    public async Task Person_WithTheMostOpenProposals_ProposesNoMore_UntilOneIsDeclined()
    {
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var one = own.Gateway.AsPerson("operator-one");
        var proposed = await Task.WhenAll(Enumerable.Range(0, Ledger.Proposals.Proposal.MostOpen).Select(_ => one.Programmes.PublishRouteAsync(Route(9, 10)).ResponseAsync));
        await own.Gateway.Stop();

        await using var gateway = await TestGateway.Start(own.Gateway.Options.DataDirectory, options =>
            (options.Postgres, options.KeyPostgres) = (own.Gateway.Options.Postgres, own.Gateway.Options.KeyPostgres));
        one = gateway.AsPerson("operator-one");
        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "TOO_MANY_PROPOSALS", () => one.Programmes.PublishRouteAsync(Route(9, 10)));
        Assert.Equal("100", refusal.Metadata["most"]);
        Assert.NotNull((await gateway.AsPerson("operator-two").Programmes.PublishRouteAsync(Route(9, 10))).Proposal);
        await one.Proposals.DeclineProposalAsync(new DeclineProposalRequest { RequestId = RequestIds.New(), ProposalId = proposed[0].Proposal.ProposalId });
        Assert.NotNull((await one.Programmes.PublishRouteAsync(Route(9, 10))).Proposal);
        await Refusals.Refused(StatusCode.FailedPrecondition, "TOO_MANY_PROPOSALS", () => one.Programmes.PublishRouteAsync(Route(9, 10)));
        gateway.Verify();
    }

    [Fact]
    public async Task Approvals_OfTwoAtOnce_HaveOneEffect()
    {
        await Become("operator-three", CallerKind.Operator, PersonRole.Read, PersonRole.Approve);
        var proposal = (await _one.Programmes.PublishRouteAsync(Route(9, 10))).Proposal.ProposalId;
        var three = Gateway.AsPerson("operator-three");
        var answers = await Task.WhenAll(new[] { _two, three, _two, three }.Select(async person =>
        {
            try
            {
                return (await Approve(person, proposal)).Proposal.State.ToString();
            }
            catch (RpcException refused)
            {
                return GatewayRefusal.From(refused)!.ReasonText;
            }
        }));
        Assert.Equal(["Approved", "PROPOSAL_CLOSED", "PROPOSAL_CLOSED", "PROPOSAL_CLOSED"], answers.Order());
        Assert.Equal(2, (await _one.Programmes.ListRoutesAsync(new ListRoutesRequest { SourceProgrammeId = "alpha-points" })).Routes.Single(route => route.DestinationProgrammeId == "beta-points").Version);
    }

    [Fact]
    public async Task SecondProposal_AfterTheFirstCounts_IsOutdated()
    {
        var (first, second) = ((await _one.Programmes.PublishRouteAsync(Route(9, 10))).Proposal.ProposalId, (await _one.Programmes.PublishRouteAsync(Route(8, 10))).Proposal.ProposalId);
        await Approve(_two, first);
        await Refused(StatusCode.FailedPrecondition, "PROPOSAL_OUTDATED", _two, second);
        Assert.Equal((9, 10), await Ratio());
    }

    [Fact]
    public async Task Suspension_NeedsOnePerson_AndItsEndTwo()
    {
        var suspended = Route(1, 1);
        suspended.Route.State = RouteState.Suspended;
        Assert.Null((await _one.Programmes.PublishRouteAsync(suspended)).Proposal);
        await _coalition.Gamma.Client.Programmes.ListRoutesAsync(new ListRoutesRequest());
        await _one.Clients.SuspendClientAsync(new SuspendClientRequest { RequestId = RequestIds.New(), ClientId = "gamma" });
        var resumed = (await _one.Clients.ResumeClientAsync(new ResumeClientRequest { RequestId = RequestIds.New(), ClientId = "gamma" })).Proposal;
        await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", () => _coalition.Gamma.Client.Programmes.ListRoutesAsync(new ListRoutesRequest()));
        await Approve(_two, resumed.ProposalId);
        await _coalition.Gamma.Client.Programmes.ListRoutesAsync(new ListRoutesRequest());
    }

    [Fact]
    public async Task Hold_IsReleasedByALead()
    {
        var member = await _coalition.Member(_coalition.Alpha);
        var officer = Gateway.AsPerson("officer-one");
        var held = await officer.Compliance.PlaceHoldAsync(new PlaceHoldRequest
        {
            RequestId = RequestIds.New(), MemberId = await Gateway.MemberId(member.Numbers["alpha-points"]), Ground = HoldGround.LegalClaims,
            UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)),
        });
        var proposal = (await officer.Compliance.ReleaseHoldAsync(new ReleaseHoldRequest { RequestId = RequestIds.New(), HoldId = held.Hold.HoldId })).Proposal;
        Assert.Single((await officer.Compliance.ListHoldsAsync(new ListHoldsRequest())).Holds);
        Assert.Empty((await _two.Proposals.ListProposalsAsync(new ListProposalsRequest { State = ProposalState.Open })).Proposals);
        await Approve(Gateway.AsPerson("officer-two"), proposal.ProposalId);
        Assert.Empty((await officer.Compliance.ListHoldsAsync(new ListHoldsRequest())).Holds);
    }

    [Fact]
    public async Task Person_InvitedByTwo_ActsUnderTheirOwnId_AndEndsWithTheirRemoval()
    {
        var invited = await Become("anna-berg", CallerKind.Operator, PersonRole.Read, PersonRole.Publish);
        Assert.Equal(6, invited.SignInCode.Length);
        Assert.EndsWith($"/sign-in/code#{invited.SignInCode}", invited.SignInUrl, StringComparison.Ordinal);

        // Roles give scopes: this person proposes, and decides nothing but the end of their own proposals.
        var token = await Gateway.TokenOfPerson("anna-berg");
        var scopes = new JsonWebToken(token).GetPayloadValue<string>("scope").Split(' ');
        Assert.Contains("programmes.manage", scopes);
        var anna = Gateway.WithToken(token);
        var proposal = (await anna.Programmes.PublishRouteAsync(Route(9, 10))).Proposal;
        Assert.Equal("operator:anna-berg", proposal.Proposer);

        var roles = (await _one.People.ChangeRolesAsync(new ChangeRolesRequest { RequestId = RequestIds.New(), PersonId = "anna-berg", Roles = { PersonRole.Read } })).Proposal;
        await Refused(StatusCode.PermissionDenied, "PERSON_NEEDED", anna, roles.ProposalId);
        var shown = (await _two.Proposals.ListProposalsAsync(new ListProposalsRequest { State = ProposalState.Open })).Proposals;
        Assert.Equal(
            [new FieldChange { Field = "person_id", Before = "anna-berg", After = "anna-berg" }, new FieldChange { Field = "roles[1]", Before = "PERSON_ROLE_PUBLISH" }], shown.Single(found => found.ProposalId == roles.ProposalId).Changes);
        await Approve(_two, roles.ProposalId);
        Assert.DoesNotContain("programmes.manage", new JsonWebToken(await Gateway.TokenOfPerson("anna-berg")).GetPayloadValue<string>("scope"));

        var removed = (await _one.People.RemovePersonAsync(new RemovePersonRequest { RequestId = RequestIds.New(), PersonId = "anna-berg" })).Proposal;
        await Approve(_two, removed.ProposalId);
        await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", () => anna.Programmes.ListRoutesAsync(new ListRoutesRequest()));
        Assert.Equal("login_required", (await Assert.ThrowsAsync<TokenRefusedException>(() => Gateway.TokenOfPerson("anna-berg"))).Error);
        var people = (await _one.People.ListPeopleAsync(new ListPeopleRequest())).People;
        Assert.Equal(["anna-berg", "officer-one", "officer-two", "operator-one", "operator-two"], people.Select(person => person.PersonId));
        Assert.NotNull(people[0].RemoveTime);
    }

    [Fact]
    public async Task Person_WhoIsRenewed_DecidesNothingWithAnOldToken()
    {
        var token = await Gateway.TokenOfPerson("officer-two");
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        var renewed = await _one.People.RenewPersonAsync(new RenewPersonRequest { RequestId = RequestIds.New(), PersonId = "officer-two" });
        Assert.Null(await Gateway.Problem(token));
        Assert.Equal(6, (await Approve(_two, renewed.Proposal.ProposalId)).Answer.Unpack<RenewPersonResponse>().SignInCode.Length);
        Assert.Equal("revoked", await Gateway.Problem(token));
        Assert.Null(await Gateway.Problem(await Gateway.TokenOfPerson("officer-two")));
    }

    [Fact]
    public async Task Person_OfATool_IsNotProposed()
    {
        using var tokens = new TokenSource(Gateway.Http, Gateway.TokenEndpoint, "test-operator", TestGateway.Secret);
        var tool = Gateway.WithToken(await tokens.Get(CancellationToken.None));
        await Refusals.Refused(StatusCode.PermissionDenied, "PERSON_NEEDED", () => tool.People.InvitePersonAsync(Invitation("anna", CallerKind.Operator, PersonRole.Read)));
        await Refusals.Refused(StatusCode.PermissionDenied, "OTHER_PERSON_NEEDED", () => _one.People.ChangeRolesAsync(
            new ChangeRolesRequest { RequestId = RequestIds.New(), PersonId = "operator-one", Roles = { PersonRole.Read } }));
    }

    [Fact]
    public async Task Console_InvitesAnOperator_AndRenewsThem()
    {
        var url = await CoalitionGateway.Gateway.InviteOperator(Gateway.Services, "zoe");
        Assert.Contains("/sign-in/code#", url, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => CoalitionGateway.Gateway.InviteOperator(Gateway.Services, "zoe"));
        Assert.NotEqual(url, await CoalitionGateway.Gateway.InviteOperator(Gateway.Services, "zoe", isRenewal: true));
        foreach (var (id, isRenewal) in new[] { ("Zoe Öhman", false), ("officer-one", true), ("nobody", true) })
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => CoalitionGateway.Gateway.InviteOperator(Gateway.Services, id, isRenewal));
        }

        Gateway.TakeIn();
        var log = await Gateway.AsPerson("officer-one").Audit.ListEventsAsync(new ListEventsRequest { PageSize = 200 });
        Assert.Contains(log.Events, made => made.Type == "PersonInvited" && made.Actor == "gateway:console");
        Assert.Contains(log.Events, made => made.Type == "PersonRenewed");
    }

    /// <summary>A person whom the two operators invite.</summary>
    private async Task<InvitePersonResponse> Become(string id, CallerKind kind, params PersonRole[] roles)
    {
        var invited = await _one.People.InvitePersonAsync(Invitation(id, kind, roles));
        var answer = (await Approve(_two, invited.Proposal.ProposalId)).Answer.Unpack<InvitePersonResponse>();
        Assert.Equal((6, true, true), (answer.SignInCode.Length, answer.SignInCode != invited.SignInCode, answer.InviteTime is not null));
        return invited;
    }

    private static InvitePersonRequest Invitation(string id, CallerKind kind, params PersonRole[] roles) =>
        new() { RequestId = RequestIds.New(), Person = new Person { PersonId = id, Kind = kind, Roles = { roles } } };

    private static PublishRouteRequest Route(long numerator, long denominator) => new()
    {
        RequestId = RequestIds.New(),
        Route = new Route { SourceProgrammeId = "alpha-points", DestinationProgrammeId = "beta-points", RatioNumerator = numerator, RatioDenominator = denominator },
    };

    private async Task<(long, long)> Ratio() =>
        (await _one.Programmes.ListRoutesAsync(new ListRoutesRequest { SourceProgrammeId = "alpha-points" })).Routes.Single(found => found.DestinationProgrammeId == "beta-points") is var route
            ? (route.RatioNumerator, route.RatioDenominator) : default;

    private static async Task<ApproveProposalResponse> Approve(CoalitionClient person, string proposal) =>
        await person.Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = proposal });

    private static Task<GatewayRefusal> Refused(StatusCode code, string reason, CoalitionClient person, string proposal) => Refusals.Refused(
        code, reason, () => person.Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = proposal }));
}
