using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.SignIns;

namespace CoalitionGateway.Ledger.Tests.Proposals;

/// <summary>Changes that one person proposes and another one approves, and those that one may make alone.</summary>
public sealed class ProposalTests
{
    private static readonly Caller _anna = new(CallerKind.Operator, "anna");
    private static readonly Caller _bo = new(CallerKind.Operator, "bo");
    private static readonly Caller _tool = new(CallerKind.Operator, "back-office");
    private static readonly Caller _lea = new(CallerKind.Officer, "lea");
    private readonly MemoryJournal _journal = new(new MemoryStore(), new RowMemory());
    private readonly List<Event> _made = [];
    private int _next;

    public ProposalTests() => _journal.Commit(
        Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery), Given.Programme(Given.Miles, Given.Aurora),
        Person("anna", CallerKind.Operator, PersonRole.Publish, PersonRole.Approve), Person("bo", CallerKind.Operator, PersonRole.Approve),
        Person("cy", CallerKind.Operator, PersonRole.Publish), Person("lea", CallerKind.Officer, PersonRole.Lead));

    [Fact]
    public void Proposal_Approved_CountsFromThenOn()
    {
        var made = Assert.IsType<ProposalMade>(Propose(_anna, Route()).Event);
        Assert.Empty(Rows<Route>());
        Assert.Equal(ProposalState.Open, Assert.Single(Rows<Proposal>()).State);

        var answer = Approve(_bo, made.Id, Route());

        var approved = Assert.IsType<ProposalApproved>(answer.Event);
        var published = Assert.IsType<RoutePublished>(Assert.Single(answer.FollowUps));
        Assert.Equal((approved.ChangeId, _bo), (published.Id, published.Header.Actor));
        Assert.Equal(1, Assert.Single(Rows<Route>()).Version);
        var closed = Assert.Single(Rows<Proposal>());
        Assert.Equal((ProposalState.Approved, "operator:anna", "operator:bo"), (closed.State, closed.Proposer, closed.Decider));
        Assert.Empty(Rows<ProposalRequest>());
        Assert.Empty(Rows<Due>());
    }

    [Fact]
    public void Proposal_AskedAgain_IsTheSameProposal_ApprovedOrNot()
    {
        var request = Next(_anna);
        var made = Propose(request, Route()).Event!;
        Assert.Equal(made.Id, Propose(request with { EventId = new EventId(Given.Uuid(0xff01)) }, Route()).Event!.Id);
        Approve(_bo, made.Id, Route());
        var again = Propose(request with { EventId = new EventId(Given.Uuid(0xff02)) }, Route());
        Assert.Equal((true, made.Id), (again.IsRepeated, again.Event!.Id));
        Assert.Single(Rows<Route>());
    }

    [Fact]
    public void Approval_AskedAgain_HasOneEffect()
    {
        var made = Propose(_anna, Route()).Event!;
        var request = Next(_bo);
        var first = Run(new ApproveProposal(request, made.Id, Route(request)));
        var second = Run(new ApproveProposal(request with { EventId = new EventId(Given.Uuid(0xff01)) }, made.Id, null));
        Assert.Equal((first.Event!.Id, first.FollowUps.Single().Id, true), (second.Event!.Id, second.FollowUps.Single().Id, second.IsRepeated));
        Assert.Equal(1, Rows<Route>().Single().Version);
    }

    [Theory]
    [InlineData("operator:anna", "OtherPersonNeeded")]
    [InlineData("operator:cy", "PersonNeeded")]
    [InlineData("operator:back-office", "PersonNeeded")]
    [InlineData("operator:gone", "PersonNeeded")]
    [InlineData("officer:lea", "ProposalNotFound")]
    [InlineData("officer:bo", "ProposalNotFound")]
    public void Approval_ByWhomeverMayNot_IsRefused(string caller, string reason)
    {
        _journal.Commit(Person("gone", CallerKind.Operator, PersonRole.Approve) with { RemoveTime = Given.Now });
        var made = Propose(_anna, Route()).Event!;
        Assert.Equal(reason, Approve(Caller.Parse(caller), made.Id, Route()).Refusal!.Reason.Name);
        Assert.Empty(Rows<Route>());
        Assert.NotNull(Approve(_bo, made.Id, Route()).Event);
    }

    [Fact]
    public void Tool_IsNotApprovedByThePersonToWhomItBelongs()
    {
        var made = Propose(_tool, Route()).Event!;
        Assert.Equal(RefusalReason.OtherPersonNeeded, Approve(_bo, made.Id, Route()).Refusal?.Reason);
        Assert.NotNull(Approve(_anna, made.Id, Route()).Event);
    }

    [Theory]
    [InlineData("decided")]
    [InlineData("declined")]
    [InlineData("over")]
    public void Proposer_WithTheMostOpenProposals_ProposesNoMore_UntilOneIs(string end)
    {
        Event[] made = [.. Enumerable.Range(0, Proposal.MostOpen).Select(_ => Propose(_anna, Route()).Event!)];
        Assert.Equal(RefusalReason.TooManyProposals, Propose(_anna, Route()).Refusal?.Reason);
        Assert.IsType<ProposalMade>(Propose(_cy, Route()).Event);

        // A proposal is over at its time, whether or not a sweep has posted that.
        var now = end == "over" ? Given.Now + Proposal.Lifetime : Given.Now;
        Assert.NotNull(end switch
        {
            "decided" => Approve(_bo, made[0].Id, Route()).Event,
            "declined" => Run(new DeclineProposal(Next(_anna), made[0].Id)).Event,
            _ => made[0],
        });
        var context = Next(_anna);
        Assert.IsType<ProposalMade>(Run(new Propose(context, Route(context), [1, 2], "", [3, 4]), now).Event);

        // What one person may do alone is no proposal.
        Assert.IsType<RoutePublished>(Propose(_anna, Route() with { IsOpen = false }).Event);
    }

    /// <summary>Proposals in one batch count as if each had come alone.</summary>
    [Fact]
    public void Proposer_WhoProposesInOneBatch_IsBoundToo()
    {
        var answers = _journal.Run([.. Enumerable.Range(0, Proposal.MostOpen + 2).Select(_ => Next(_anna)).Select(context => new Propose(context, Route(context), [1, 2], "", [3, 4]))], Given.Now);
        Assert.Equal([.. Enumerable.Repeat<string?>(null, Proposal.MostOpen), "TooManyProposals", "TooManyProposals"], answers.Select(answer => answer.Refusal?.Reason.Name));
    }

    [Fact]
    public void Proposal_ByAPersonWhoseRolesWereTaken_IsRefused()
    {
        _journal.Commit(Person("cy", CallerKind.Operator, PersonRole.Read));
        Assert.Equal(RefusalReason.PersonNeeded, Propose(_cy, Route() with { IsOpen = false }).Refusal?.Reason);
    }

    [Fact]
    public void Proposal_ToResumeAPartner_IsOutdatedByANewSuspension()
    {
        _journal.Commit(new RegisteredClient("beanery", CallerKind.Partner, "Beanery", [1], "") { IsSuspended = true, Version = 3 });
        SuspendClient Suspend(bool isSuspended) => new(Next(_anna), "beanery", isSuspended);
        var (first, second) = (Propose(_anna, Suspend(false)).Event!, Propose(_anna, Suspend(false)).Event!);
        Assert.NotNull(Approve(_bo, first.Id, Suspend(false)).Event);
        Assert.IsType<ClientSuspended>(Propose(_anna, Suspend(true)).Event);
        Assert.Equal(RefusalReason.ProposalOutdated, Approve(_bo, second.Id, Suspend(false)).Refusal?.Reason);
    }

    [Fact]
    public void Proposal_AboutAMember_GoesWithTheirErasure_AndNobodyGetsTheirPoints()
    {
        _journal.Commit(Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada), new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []));
        var adjust = new AdjustPoints(Next(_anna), Given.Stars, "S-1", 5000, AdjustmentReason.Complaint, "C-1");
        var made = Propose(_anna, adjust).Event!;
        Assert.Equal(Given.AdaInStars, Rows<ProposalRequest>().Single().MembershipId);
        Assert.IsType<MemberErased>(Run(new EraseMember(Next(_anna), Given.Ada, true, Given.Notice("v"))).Event);
        Assert.Empty(Rows<ProposalRequest>());

        // Somebody else has the number now.
        var other = new MembershipId(Given.Uuid(0xb0c0));
        _journal.Commit(Given.Membership(other, Given.Stars, Given.Bo), new MembershipNumber(Given.Stars, "S-1", other, []));
        Assert.Equal(RefusalReason.ProposalOutdated, Approve(_bo, made.Id, adjust).Refusal?.Reason);
    }

    [Fact]
    public void Approval_AfterAnotherChange_IsOutdated()
    {
        var (first, second) = (Propose(_anna, Route()).Event!, Propose(_anna, Route()).Event!);
        Assert.NotNull(Approve(_bo, first.Id, Route()).Event);
        Assert.Equal(RefusalReason.ProposalOutdated, Approve(_bo, second.Id, Route()).Refusal?.Reason);
        Assert.NotNull(Run(new DeclineProposal(Next(_bo), second.Id)).Event);
    }

    [Fact]
    public void Approval_OfWhatWasNotProposed_IsOutdated()
    {
        var made = Propose(_anna, Route()).Event!;
        Assert.Equal(RefusalReason.ProposalOutdated, Approve(_bo, made.Id, Route() with { RatioNumerator = 2 }).Refusal?.Reason);
        Assert.Equal(RefusalReason.ProposalOutdated, Run(new ApproveProposal(Next(_bo), made.Id, null)).Refusal?.Reason);
    }

    [Fact]
    public void Approval_OfWhatIsNotPossibleAnyMore_NamesTheRule()
    {
        var back = Route() with { SourceId = Given.Miles, DestinationId = Given.Stars, RatioNumerator = 2 };
        var (first, second) = (Propose(_anna, Route()).Event!, Propose(_anna, back).Event!);
        Approve(_bo, first.Id, Route());
        Assert.Equal(RefusalReason.RatesGainInCycle, Approve(_bo, second.Id, back).Refusal?.Reason);
        Assert.Equal(ProposalState.Open, Rows<Proposal>().Single(proposal => proposal.Id == second.Id).State);
    }

    [Fact]
    public void Proposal_OfWhatCouldNotCount_IsRefusedAtOnce() =>
        Assert.Equal(RefusalReason.ProgrammeNotFound, Propose(_anna, Route() with { SourceId = new ProgrammeId("nowhere") }).Refusal?.Reason);

    [Fact]
    public void Change_ThatOnlyRestricts_CountsAtOnce()
    {
        var suspended = Assert.IsType<RoutePublished>(Propose(_cy, Route() with { IsOpen = false }).Event);
        Assert.Equal("PublishRoute", suspended.Answers);
        Assert.False(Rows<Route>().Single().IsOpen);
        Assert.Empty(Rows<Proposal>());
    }

    [Fact]
    public void Decision_OfAClosedProposal_IsRefusedWithItsState()
    {
        var made = Propose(_anna, Route()).Event!;
        Run(new DeclineProposal(Next(_bo), made.Id));
        var refusal = Approve(_bo, made.Id, Route()).Refusal!;
        Assert.Equal((RefusalReason.ProposalClosed, "declined"), (refusal.Reason, refusal.Metadata.Single().Value));
        Assert.Equal(RefusalReason.ProposalClosed, Run(new DeclineProposal(Next(_bo), made.Id)).Refusal?.Reason);
    }

    [Theory]
    [InlineData("operator:anna", true)]
    [InlineData("operator:bo", true)]
    [InlineData("operator:cy", false)]
    public void Decline_IsForTheProposerAndWhoeverDecides(string caller, bool may)
    {
        var made = Propose(_anna, Route()).Event!;
        Assert.Equal(may, Run(new DeclineProposal(Next(Caller.Parse(caller)), made.Id)).Event is ProposalDeclined);
    }

    [Fact]
    public void Proposal_ThatNobodyDecides_EndsByItself()
    {
        var made = Propose(_anna, Route()).Event!;
        var due = Assert.Single(Rows<Due>());
        Assert.Equal(Given.Now + Proposal.Lifetime, due.DueTime);
        Assert.NotNull(Approve(_bo, made.Id, Route(), due.DueTime.AddMicroseconds(-1)).Event);

        var second = Propose(_anna, Route() with { RatioNumerator = 2, RatioDenominator = 3 }).Event!;
        var later = Assert.Single(Rows<Due>());
        Assert.NotNull(Run(EndProposal.For(later, Next(Caller.Gateway)), later.DueTime.AddMicroseconds(-1)).Refusal);
        Assert.Equal(RefusalReason.ProposalClosed, Approve(_bo, second.Id, Route(), later.DueTime).Refusal?.Reason);
        Assert.IsType<ProposalEnded>(Run(EndProposal.For(later, Next(Caller.Gateway)), later.DueTime).Event);
        Assert.Empty(Rows<ProposalRequest>());
        Assert.Empty(Rows<Due>());
    }

    [Fact]
    public void Persons_AreChangedByTwoOthers()
    {
        Assert.Equal(RefusalReason.PersonNeeded, Propose(_tool, Invite("dan")).Refusal?.Reason);
        var made = Propose(_anna, Invite("dan")).Event!;
        Assert.NotNull(Approve(_bo, made.Id, Invite("dan")).Event);
        Assert.Equal(RefusalReason.PersonExists, Propose(_anna, Invite("dan")).Refusal?.Reason);
        Assert.Equal(("dan", CallerKind.Operator), (Rows<Person>().Single(person => person.Id.Value == "dan").Id.Value, Rows<Person>().Single(person => person.Id.Value == "dan").Kind));
        Assert.Equal("dan", Rows<SignInCode>().Single().AccountId.Value);

        // Neither the proposer nor the approver can be the person.
        var roles = new ChangeRoles(Next(_anna), new PersonId("bo"), [PersonRole.Read]);
        Assert.Equal(RefusalReason.OtherPersonNeeded, Propose(_anna, new ChangeRoles(Next(_anna), new PersonId("anna"), [PersonRole.Read])).Refusal?.Reason);
        var demoted = Propose(_anna, roles).Event!;
        Assert.Equal(RefusalReason.OtherPersonNeeded, Approve(_bo, demoted.Id, roles).Refusal?.Reason);
    }

    [Fact]
    public void PersonWhoIsRemoved_HasNoWayBackIn()
    {
        _journal.Commit(Person("dan", CallerKind.Operator, PersonRole.Approve));
        Run(new AddPasskey(Next(new Caller(CallerKind.Operator, "dan")), new PersonId("dan"), Key("aa"), null));
        Assert.Empty(Rows<Passkey>());
        Decide(new RenewPerson(Next(_anna), new PersonId("dan"), "c0de"));
        Assert.IsType<PasskeyAdded>(Run(new AddPasskey(Next(new Caller(CallerKind.Operator, "dan")), new PersonId("dan"), Key("aa"), "c0de")).Event);
        Assert.Null(Rows<Passkey>().Single().AccountId.Member);

        Decide(new RenewPerson(Next(_anna), new PersonId("dan"), "beef"));
        Assert.Empty(Rows<Passkey>());
        Decide(new RemovePerson(Next(_anna), new PersonId("dan")));

        Assert.Empty(Rows<SignInCode>());
        Assert.Equal(RefusalReason.SignInCodeInvalid, Run(new AddPasskey(Next(new Caller(CallerKind.Operator, "dan")), new PersonId("dan"), Key("bb"), "beef")).Refusal?.Reason);
        Assert.Equal(RefusalReason.PersonNotFound, Propose(_anna, new RemovePerson(Next(_anna), new PersonId("dan"))).Refusal?.Reason);
        Assert.Equal(RefusalReason.PersonExists, Propose(_anna, Invite("dan")).Refusal?.Reason);
    }

    [Fact]
    public void Roles_OfTheOtherKind_AreRefused() =>
        Assert.Equal(RefusalReason.RoleOfOtherKind, Propose(_anna, new ChangeRoles(Next(_anna), new PersonId("lea"), [PersonRole.Approve])).Refusal?.Reason);

    [Fact]
    public void Rows_AreRebuiltFromTheEvents()
    {
        Decide(Invite("dan"));
        Run(new AddPasskey(Next(new Caller(CallerKind.Operator, "dan")), new PersonId("dan"), Key("aa"), "c0de"));
        Decide(new ChangeRoles(Next(_anna), new PersonId("dan"), [PersonRole.Read]));
        Decide(new RenewPerson(Next(_anna), new PersonId("dan"), "beef"));
        Run(new DeclineProposal(Next(_anna), Propose(_anna, Route()).Event!.Id));
        Propose(_anna, Route());

        var rebuilt = new WorkingState(new RowMemory().Begin());
        foreach (var made in _made)
        {
            made.Rebuild(rebuilt);
        }

        Assert.Equal(
            Rows<Row>().Where(row => row is Proposal or SignInCode or Passkey or Due || IsDan(row)).Select(Written.Of).Order(),
            rebuilt.Changes.Values.OfType<Row>().Where(row => row is Proposal or SignInCode or Passkey or Due || IsDan(row)).Select(Written.Of).Order());
    }

    private static readonly Caller _cy = new(CallerKind.Operator, "cy");

    private static bool IsDan(Row row) => row is Ledger.People.Person { Id.Value: "dan" };

    private static Person Person(string id, CallerKind kind, params PersonRole[] roles) =>
        new(new PersonId(id), kind, Ledger.People.Person.Join(roles), Given.Now, null);

    private static Passkey Key(string credential) => new(Given.Uuid(0x5000 + credential[0]), default, credential, [1], "", true, "Key", default);

    private PublishRoute Route(CommandContext? context = null) => new(context ?? Next(_anna), Given.Stars, Given.Miles, 1, 1, 1000, 0, true);

    private InvitePerson Invite(string id) => new(Next(_anna), new PersonId(id), CallerKind.Operator, [PersonRole.Approve, PersonRole.Read], "c0de");

    private void Decide(Command change) => Assert.IsType<ProposalApproved>(Approve(_bo, Assert.IsType<ProposalMade>(Propose(_anna, change).Event).Id, change).Event);

    private Answer Propose(Caller caller, Command change) => Propose(Next(caller), change);

    private Answer Propose(CommandContext context, Command change) => Run(new Propose(context, change with { Context = context }, [1, 2], context.Caller == _tool ? "bo" : "", [3, 4]));

    private Answer Approve(Caller caller, EventId id, Command change, DateTime? now = null) => Run(new ApproveProposal(Next(caller), id, change), now);

    private Answer Run(Command command, DateTime? now = null)
    {
        var answer = Assert.Single(_journal.Run([command], now ?? Given.Now));
        if (answer is { Event: { } made, IsRepeated: false })
        {
            _made.AddRange([made, .. answer.FollowUps]);
        }

        return answer;
    }

    private CommandContext Next(Caller caller) => new(caller, Given.Uuid(0x9000 + ++_next), new EventId(Given.Uuid(0xe000 + _next))) { Salt = Given.Uuid(0xa000 + _next) };

    private IReadOnlyList<TRow> Rows<TRow>()
        where TRow : Row => [.. _journal.Store.Rows.OfType<TRow>()];
}
