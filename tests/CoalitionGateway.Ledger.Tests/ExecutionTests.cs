using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Tests;

/// <summary>A request is decided once. A retry with the same id and body gets the same answer.</summary>
public sealed class ExecutionTests
{
    private readonly MemoryJournal _journal = new(new MemoryStore(), new RowMemory());

    public ExecutionTests() => _journal.Commit(
        Given.Programme(Given.Miles, Given.Aurora), Given.Agreement(Given.Aurora, Given.Miles),
        new MembershipNumber(Given.Miles, "M-1", Given.AdaInMiles, []), Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Execute_TheSameRequestAgain_GivesTheSameEventAndChangesNothing(bool inOneBatch)
    {
        var answers = Run(inOneBatch, Purchase(1, made: 1), Purchase(1, made: 2));

        Assert.Equal([false, true], answers.Select(answer => answer.IsRepeated));
        Assert.Equal(answers[0].Event!.Encode(), answers[1].Event!.Encode());
        Assert.Equal(Given.Uuid(1), answers[1].Event!.Id.Value);
        Assert.Equal(5, Points);
        Assert.Equal(2, _journal.Store.Entries.Count);
        Assert.Single(_journal.Store.Rows.OfType<StoredEvent>());
        Assert.Single(_journal.Store.Rows.OfType<StoredAnswer>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Execute_ARefusedRequestAgain_GivesTheSameRefusalThoughItWouldPassNow(bool inOneBatch)
    {
        var unknown = Purchase(1, made: 1) with { Number = "M-2" };
        var enrol = new EnrollMember(
            NewContext(2, 2), Given.Aurora, "M-2", Given.Bo, Given.BoInMiles, new Profile(Given.Bo, null, null, null, null, null, null), new Profile(Given.Bo, null, null, null, null, null, null));

        var answers = Run(inOneBatch, unknown, enrol, unknown, unknown with { Context = NewContext(3, 3) });

        Assert.Equal(["MembershipNotFound(membership_number) programme_id=aurora-miles", "", "MembershipNotFound(membership_number) programme_id=aurora-miles", ""], answers.Select(Refused));
        Assert.Equal([false, false, true, false], answers.Select(answer => answer.IsRepeated));
        Assert.Equal(answers[0].Refusal!.Encode(), answers[2].Refusal!.Encode());
    }

    /// <summary>
    /// A choice of a programme makes the next purchase need rows that the batch did not load. The rule must not see half of
    /// its state.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Execute_AfterACommandThatChangedWhatItNeeds_AsksForTheRest(bool inOneBatch)
    {
        _journal.Commit(
            Given.Partner(Given.Aurora), Given.Programme(Given.Stars, Given.Beanery), Given.Agreement(Given.Aurora, Given.Stars),
            Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));
        var choose = new ChooseProgramme(NewContext(1, 1), Given.Ada, Given.Aurora, Given.Stars);

        var answers = Run(inOneBatch, Purchase(2, made: 2), choose, Purchase(3, made: 3) with { Reference = "R-3" });

        Assert.Equal([Given.Miles, Given.Stars], answers.Select(answer => answer.Event).OfType<PurchaseRecorded>().Select(made => made.ProgrammeId));
    }

    /// <summary>
    /// A command without a stored answer, decided twice: by the gateway that received it, and by the gateway that took it back.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Execute_HandedOverTwiceWithoutAStoredAnswer_HasOneEffect(bool inOneBatch)
    {
        var read = new Ledger.Audit.RecordAuditRead(NewContext(1, 1), "ListDisclosures", null, null).AsHandedOver();

        var answers = Run(inOneBatch, read, read);

        Assert.Equal([false, true], answers.Select(answer => answer.IsRepeated));
        Assert.Equal(answers[0].Event!.Encode(), answers[1].Event!.Encode());
        Assert.Single(_journal.Store.Rows.OfType<StoredEvent>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Execute_TheSameIdWithAnotherBody_IsRefusedAndLeavesTheFirstAnswer(bool inOneBatch)
    {
        var answers = Run(inOneBatch, Purchase(1, 1), Purchase(1, 2) with { Amount = Given.Gbp(6_000_000) }, Purchase(1, 3));

        Assert.Equal(["", $"RequestIdReused(request_id) request_id={Given.Uuid(1)} method=RecordPurchase", ""], answers.Select(Refused));
        Assert.Equal([false, false, true], answers.Select(answer => answer.IsRepeated));
        Assert.Equal(5, Points);
    }

    [Fact]
    public void Execute_TheIdOfARefusedRequestWithAnotherBody_IsRefused()
    {
        var answers = Run(true, Purchase(1, 1) with { Number = "M-9" }, Purchase(1, 2));

        Assert.Equal(RefusalReason.RequestIdReused, answers[1].Refusal!.Reason);
        Assert.Equal(0, Points);
    }

    /// <summary>Two methods can have the same fields. So the method is part of the request.</summary>
    [Fact]
    public void Execute_TheSameIdForAnotherMethod_IsRefusedNamingTheFirst()
    {
        var purchase = Purchase(1, 1);
        var answers = Run(true, purchase, new RecordReturn(NewContext(1, 2), Given.Aurora, purchase.Reference, "M-1", purchase.Amount, purchase.PurchaseTime));

        Assert.Equal($"RequestIdReused(request_id) request_id={Given.Uuid(1)} method=RecordPurchase", Refused(answers[1]));
    }

    [Fact]
    public void Execute_TheSameIdFromAnotherCaller_IsAnotherRequest()
    {
        var other = Purchase(1, 2) with { Context = NewContext(1, 2) with { Caller = new Caller(CallerKind.Partner, "beanery") }, Reference = "R-2" };

        var answers = Run(true, Purchase(1, 1), other);

        Assert.All(answers, answer => Assert.NotNull(answer.Event));
        Assert.Equal(10, Points);
    }

    [Fact]
    public void Execute_OneReferenceUnderTwoIds_EarnsOnce()
    {
        var answers = Run(true, Purchase(1, 1), Purchase(2, 2));

        Assert.Equal("PurchaseReferenceTaken(purchase_reference) reference=R-1", Refused(answers[1]));
        Assert.Equal(5, Points);
    }

    /// <summary>Values that the gateway proposes are not part of the request. A retry proposes new ones.</summary>
    [Fact]
    public void Execute_ARetryWithOtherProposals_IsTheSameRequest()
    {
        var first = new EnrollMember(NewContext(1, 1), Given.Aurora, "M-2", Given.Bo, Given.BoInMiles, new Profile(Given.Bo, "Bo", null, null, null, null, null), new Profile(Given.Bo, "sealed", null, null, null, null, null));
        var other = new MemberId(Given.Uuid(77));
        var again = first with { Context = NewContext(1, 2), MemberId = other, MembershipId = new(Given.Uuid(78)), Profile = first.Profile with { MemberId = other } };

        var answers = Run(false, first, again);

        Assert.True(answers[1].IsRepeated);
        Assert.Equal(Given.Bo, Assert.IsType<MemberEnrolled>(answers[1].Event).MemberId);
        Assert.Equal([Given.Bo], _journal.Store.Rows.OfType<Profile>().Select(profile => profile.MemberId));
    }

    [Fact]
    public void Execute_CommandWithoutAStoredAnswer_StoresOnlyItsEvent()
    {
        var disclose = new Ledger.Disclosure.Disclose(NewContext(1, 1), Given.Aurora, "M-1", Ledger.Purpose.Marketing, [], Given.Notice("1"));

        var answers = Run(true, disclose, disclose with { Context = NewContext(1, 2) });

        Assert.Equal([1, 2], answers.Select(answer => answer.Event!.Id.Value).Select(id => id == Given.Uuid(1) ? 1 : 2));
        Assert.Empty(_journal.Store.Rows.OfType<StoredAnswer>());
        Assert.Equal(2, _journal.Store.Rows.OfType<StoredEvent>().Count());
    }

    [Fact]
    public void Execute_AnEvent_StoresItsBytesAndItsLookupColumns()
    {
        var made = Run(true, Purchase(1, 1))[0].Event!;

        var stored = _journal.Store.Rows.OfType<StoredEvent>().Single();
        Assert.Equal((made.Id, EventKind.Of<PurchaseRecorded>(), Given.Now, Given.Ada, Given.Aurora), (stored.Id, stored.Kind, stored.Time, stored.MemberId!.Value, stored.PartnerId!.Value));
        Assert.Equal(made.Encode(), stored.Body);
    }

    /// <summary>Idempotency comes before the rules: a repeated request loads its stored answer and nothing else.</summary>
    [Fact]
    public void Need_RepeatedRequest_RequestsOnlyTheStoredEvent()
    {
        Run(true, Purchase(1, 1));
        var rows = new WorkingState();

        Execution.Need(Purchase(1, 2), rows, Given.Now);
        _journal.Store.Load(rows);
        Execution.Need(Purchase(1, 2), rows, Given.Now);

        Assert.Equal([new StoredEvent.Of(new EventId(Given.Uuid(1)))], rows.Missing);
    }

    /// <summary>
    /// Without the request's row a repeated request would take effect twice. Without another row the rule would guess.
    /// </summary>
    [Fact]
    public void Execute_RowsMissing_DoesNothingAndRequestsThem()
    {
        var purchase = Purchase(1, 1);
        var rows = new WorkingState();
        for (purchase.Need(rows, Given.Now); rows.Missing.Count > 0; purchase.Need(rows, Given.Now))
        {
            _journal.Store.Load(rows);
        }

        Assert.Null(Execution.Execute(purchase, MemoryJournal.Fingerprint(purchase), rows, Given.Now));
        Assert.Equal([new StoredAnswer.Of(purchase.Context.Caller.ToString(), purchase.Context.RequestId)], rows.Missing);
        _journal.Store.Load(rows);

        var unread = new WorkingState();
        Assert.Null(Execution.Execute(purchase with { Reference = "R-2" }, MemoryJournal.Fingerprint(purchase), unread, Given.Now));
        Assert.Empty(unread.Changes);
        Assert.NotNull(Execution.Execute(purchase, MemoryJournal.Fingerprint(purchase), rows, Given.Now));
    }

    /// <summary>
    /// Assuming that an id is free saves the look-up. If nothing is written under the id, nothing proves the assumption.
    /// </summary>
    [Fact]
    public void Execute_AssumingKeysAreFree_ReportsWhereNothingProvesIt()
    {
        var memory = new RowMemory();
        Decide(new WorkingState(memory), Purchase(1, 1) with { Reference = "other" });
        var rows = new WorkingState(memory, presumesFree: true);

        Decide(rows, Purchase(2, 2));
        Assert.False(rows.RestsOnPresumption);
        Assert.DoesNotContain(rows.Missing, key => key is StoredAnswer.Of or Ledger.Earning.Purchase.Of);

        Decide(rows, Purchase(3, 3) with { Number = "no-such", Reference = "R-3" });
        Assert.True(rows.RestsOnPresumption);

        Answer Decide(WorkingState state, RecordPurchase purchase)
        {
            Answer? answer;
            while ((answer = Execution.Execute(purchase, MemoryJournal.Fingerprint(purchase), state, Given.Now)) is null)
            {
                _journal.Store.Load(state);
            }

            return answer;
        }
    }

    private long Points => _journal.Store.Rows.OfType<Account>().Where(account => account.Kind == AccountKind.Points).Sum(account => account.BalancePoints);

    private IReadOnlyList<Answer> Run(bool inOneBatch, params Command[] commands) =>
        inOneBatch ? _journal.Run(commands, Given.Now) : [.. commands.SelectMany(command => _journal.Run([command], Given.Now))];

    private static string Refused(Answer answer) => answer.Refusal is { } refusal ? Outcome.Of(refusal) : "";

    private static RecordPurchase Purchase(int request, int made) =>
        new(NewContext(request, made), Given.Aurora, "R-1", "M-1", Given.Gbp(5_000_000), Given.Now);

    private static CommandContext NewContext(int request, int made) => new(Given.Context.Caller, Given.Uuid(request), new EventId(Given.Uuid(made)));
}
