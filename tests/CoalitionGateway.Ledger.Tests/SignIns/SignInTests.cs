using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.SignIns;

namespace CoalitionGateway.Ledger.Tests.SignIns;

/// <summary>A brand's code, passkeys, recovery codes, and the new start of a member who has lost all passkeys.</summary>
public sealed class SignInTests
{
    private const string _code = "c0de";
    private readonly MemoryJournal _journal = new(new MemoryStore(), new RowMemory());
    private int _next;

    public SignInTests() => _journal.Commit(
        Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada),
        new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []));

    [Fact]
    public void Code_MakesOnePasskey_AndNoMore()
    {
        Create();
        var added = Assert.IsType<PasskeyAdded>(Add("aa", _code).Event);
        Assert.Equal((true, false), (added.UsesCode, added.IsNewStart));
        Assert.Empty(Rows<SignInCode>());
        Assert.Empty(Rows<Due>());
        Assert.Equal(RefusalReason.SignInCodeInvalid, Add("bb", _code).Refusal?.Reason);
        Assert.Equal("aa", Assert.Single(Rows<Passkey>()).CredentialId);
    }

    [Theory]
    [InlineData("beef", 0)]
    [InlineData(_code, 30)]
    public void Code_WrongOrExpired_MakesNone(string code, int days)
    {
        Create();
        Assert.Equal(RefusalReason.SignInCodeInvalid, Add("aa", code, Given.Now.AddDays(days)).Refusal?.Reason);
    }

    [Fact]
    public void Code_InItsLastMoment_MakesAPasskey_AndAWrongOneBeforeDoesNoHarm()
    {
        Create();
        Add("aa", "beef");
        Assert.NotNull(Add("aa", _code, Given.Now.AddDays(30).AddMicroseconds(-1)).Event);
    }

    [Fact]
    public void Code_NewOne_ReplacesTheOneBefore()
    {
        Create();
        Create("beef");
        Assert.Equal(RefusalReason.SignInCodeInvalid, Add("aa", _code).Refusal?.Reason);
        Assert.NotNull(Add("aa", "beef").Event);
    }

    [Fact]
    public void Code_Unused_EndsByItself()
    {
        Create();
        var due = Assert.Single(Rows<Due>());
        Assert.Equal((EndSignInCode.DueKind, Given.Now + CreateSignInCode.Lifetime), (due.Kind, due.DueTime));
        Assert.NotNull(Run(EndSignInCode.For(due, Next(Caller.Gateway)), due.DueTime.AddMicroseconds(-1)).Refusal);
        Assert.IsType<SignInCodeEnded>(Run(EndSignInCode.For(due, Next(Caller.Gateway)), due.DueTime).Event);
        Assert.Empty(Rows<Due>());
        Assert.Empty(Rows<SignInCode>());
    }

    [Fact]
    public void NewStart_CountsAfterItsWait_AndReplacesEverything()
    {
        Create();
        Add("aa", _code);
        Run(new MakeRecoveryCodes(Next(), Given.Ada, ["11", "22"]));
        Create("beef");
        Assert.Equal(RefusalReason.NewStartNeeded, Add("bb", "beef").Refusal?.Reason);

        var begun = Assert.IsType<NewStartBegun>(Run(new BeginNewStart(Next(), Given.Ada, "beef")).Event);
        Assert.Equal(Given.Now.AddHours(72), begun.ReadyTime);
        Assert.Equal(RefusalReason.NewStartWaiting, Run(new BeginNewStart(Next(), Given.Ada, "beef")).Refusal?.Reason);
        var early = Add("bb", "beef", begun.ReadyTime.AddMicroseconds(-1)).Refusal;
        Assert.Equal(RefusalReason.NewStartWaiting, early!.Reason);
        Assert.Contains(early.Metadata, entry => entry == ("ready_time", begun.ReadyTime.ToString("O")));

        Assert.True(Assert.IsType<PasskeyAdded>(Add("bb", "beef", begun.ReadyTime).Event).IsNewStart);
        Assert.Equal("bb", Assert.Single(Rows<Passkey>()).CredentialId);
        Assert.Empty(Rows<RecoveryCode>());
        Assert.Empty(Rows<SignInCode>());
    }

    [Fact]
    public void NewStart_IsToldToEachBrandOfTheMember_EachByItsOwnNumber()
    {
        _journal.Commit(
            Given.Partner(Given.Aurora), Given.Programme(Given.Miles, Given.Aurora), Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada),
            new MembershipNumber(Given.Miles, "M-1", Given.AdaInMiles, []));
        Create();
        Add("aa", _code);
        Create("beef");
        Assert.Empty(Rows<Notification>());
        var begun = Assert.IsType<NewStartBegun>(Run(new BeginNewStart(Next(), Given.Ada, "beef")).Event);

        var told = Rows<Notification>();
        Assert.Equal(
            [(Given.Aurora, "M-1"), (Given.Beanery, "S-1")],
            told.Select(row => (row.PartnerId, row.Number)).OrderBy(row => row.Number));
        Assert.All(told, row => Assert.Equal((NotificationKind.NewStartBegun, begun.ReadyTime.Date, Given.Now.Date), (row.Kind, row.DueDay, row.Day)));
        Assert.Equal(2, told.Select(row => row.Id).Distinct().Count());

        Run(new BeginNewStart(Next(), Given.Ada, "beef"));
        Assert.Equal(2, Rows<Notification>().Count);
    }

    [Fact]
    public void NewStart_Cancelled_CountsNoMore()
    {
        Create();
        Add("aa", _code);
        Create("beef");
        Run(new BeginNewStart(Next(), Given.Ada, "beef"));
        Assert.IsType<NewStartCancelled>(Run(new CancelNewStart(Next(), Given.Ada)).Event);
        Assert.Equal(RefusalReason.SignInCodeInvalid, Add("bb", "beef", Given.Now.AddDays(4)).Refusal?.Reason);
        Assert.Equal(RefusalReason.SignInCodeInvalid, Run(new CancelNewStart(Next(), Given.Ada)).Refusal?.Reason);
        Assert.Empty(Rows<Due>());
    }

    [Fact]
    public void NewStart_WithoutPasskeys_IsNotNeeded()
    {
        Create();
        Assert.Equal(RefusalReason.SignInCodeInvalid, Run(new BeginNewStart(Next(), Given.Ada, _code)).Refusal?.Reason);
        Assert.NotNull(Add("aa", _code).Event);
    }

    [Fact]
    public void Passkey_AddedWhileSignedIn_IsBesideTheOthers_UpToTheMost()
    {
        Create();
        Add("00", _code);
        Assert.Equal(RefusalReason.PasskeyExists, Add("00").Refusal?.Reason);
        for (var i = 1; i < Passkey.Most; i++)
        {
            Assert.NotNull(Add($"{i:x2}").Event);
        }

        Assert.Equal(RefusalReason.TooManyPasskeys, Add("ff").Refusal?.Reason);
    }

    [Fact]
    public void Passkey_Removed_IsNeverTheLast_AndNeverAnothers()
    {
        Create();
        Add("aa", _code);
        Add("bb");
        var (first, second) = (Rows<Passkey>()[0], Rows<Passkey>()[1]);
        Assert.Equal(RefusalReason.PasskeyNotFound, Run(new RemovePasskey(Next(), Given.Bo, first.Id)).Refusal?.Reason);
        Assert.IsType<PasskeyRemoved>(Run(new RemovePasskey(Next(), Given.Ada, first.Id)).Event);
        Assert.Equal(RefusalReason.PasskeyNotFound, Run(new RemovePasskey(Next(), Given.Ada, first.Id)).Refusal?.Reason);
        Assert.Equal(RefusalReason.LastPasskey, Run(new RemovePasskey(Next(), Given.Ada, second.Id)).Refusal?.Reason);
    }

    [Fact]
    public void RecoveryCode_WorksOnce_ForItsMember_UntilNewOnesAreMade()
    {
        Run(new MakeRecoveryCodes(Next(), Given.Ada, ["11", "22"]));
        Assert.Equal(RefusalReason.SignInCodeInvalid, Run(new UseRecoveryCode(Next(), Given.Bo, "11")).Refusal?.Reason);
        Assert.IsType<RecoveryCodeUsed>(Run(new UseRecoveryCode(Next(), Given.Ada, "11")).Event);
        Assert.Equal(RefusalReason.SignInCodeInvalid, Run(new UseRecoveryCode(Next(), Given.Ada, "11")).Refusal?.Reason);
        Run(new MakeRecoveryCodes(Next(), Given.Ada, ["33"]));
        Assert.Equal(["33"], Rows<RecoveryCode>().Select(code => code.CodeHash));
    }

    [Fact]
    public void Account_IsLinkedByTheCode_Once()
    {
        Create();
        Assert.Equal(RefusalReason.SignInCodeInvalid, Run(new LinkAccount(Next(), Given.Ada, "beef")).Refusal?.Reason);
        Assert.Equal(Given.Ada, Assert.IsType<AccountLinked>(Run(new LinkAccount(Next(), Given.Ada, _code)).Event).MemberId);
        Assert.Equal(RefusalReason.SignInCodeInvalid, Run(new LinkAccount(Next(), Given.Ada, _code)).Refusal?.Reason);
        Assert.Empty(Rows<Due>());
    }

    [Fact]
    public void Erasure_RemovesEverything()
    {
        Prepare();
        Assert.IsType<MemberErased>(Run(new EraseMember(Next(), Given.Ada, true, Given.Notice("1"))).Event);
        AssertNothingIsLeft();
        Assert.Equal(RefusalReason.MemberNotFound, Add("cc").Refusal?.Reason);
    }

    [Fact]
    public void LinkOfTheLastMembership_RemovesEverything()
    {
        Prepare();
        byte[] code = [1, 2, 3];
        _journal.Commit(new LinkCode(Given.AdaInStars, code, Given.Now.AddMinutes(5)), Given.Membership(Given.BoInMiles, Given.Miles, Given.Bo));
        Assert.IsType<MembershipLinked>(Run(new LinkMembership(Next(), Given.Bo, Given.Stars, "S-1", code, Given.Notice("1"))).Event);
        AssertNothingIsLeft();
    }

    [Fact]
    public void Rebuild_FromTheEvents_GivesTheSameRows()
    {
        Prepare();
        Run(new UseRecoveryCode(Next(), Given.Ada, "11"));
        Run(new RemovePasskey(Next(), Given.Ada, Rows<Passkey>()[0].Id));
        Create("f00d");
        Run(new BeginNewStart(Next(), Given.Ada, "f00d"));

        var rebuilt = new WorkingState(new RowMemory());
        foreach (var made in _made)
        {
            made.Rebuild(rebuilt);
        }

        Assert.Equal(
            Rows<Row>().Where(row => row is Passkey or SignInCode or RecoveryCode or Due).Select(row => Written.Of(row is Passkey passkey ? passkey.Told() : row)).Order(),
            rebuilt.Changes.Values.OfType<Row>().Where(row => row is Passkey or SignInCode or RecoveryCode or Due).Select(Written.Of).Order());
    }

    private readonly List<Event> _made = [];

    private void Prepare()
    {
        Create();
        Add("aa", _code);
        Add("bb");
        Run(new MakeRecoveryCodes(Next(), Given.Ada, ["11", "22"]));
        Create("beef");
    }

    private void AssertNothingIsLeft()
    {
        Assert.Empty(Rows<Passkey>());
        Assert.Empty(Rows<RecoveryCode>());
        Assert.Empty(Rows<SignInCode>());
        Assert.DoesNotContain(Rows<Due>(), due => due.Kind == EndSignInCode.DueKind);
    }

    private void Create(string code = _code) =>
        Assert.IsType<SignInCodeCreated>(Run(new CreateSignInCode(Next(Caller.Of(Given.Beanery)), Given.Beanery, "S-1", code)).Event);

    private Answer Add(string credential, string? code = null, DateTime? now = null) => Run(
        new AddPasskey(Next(), Given.Ada, new Passkey(Given.Uuid(0x5000 + _next), Given.Ada, credential, [7, (byte)_next], "internal", true, "Phone", default), code), now);

    private Answer Run(Command command, DateTime? now = null)
    {
        var answer = Assert.Single(_journal.Run([command], now ?? Given.Now));
        if (answer.Event is { } made)
        {
            _made.Add(made);
        }

        return answer;
    }

    private CommandContext Next(Caller? caller = null) => new(caller ?? Caller.Of(Given.Ada), Given.Uuid(0x9000 + ++_next), new EventId(Given.Uuid(0xe000 + _next)));

    private IReadOnlyList<TRow> Rows<TRow>()
        where TRow : Row => [.. _journal.Store.Rows.OfType<TRow>()];
}
