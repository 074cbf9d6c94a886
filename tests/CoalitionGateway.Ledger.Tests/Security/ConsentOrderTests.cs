using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Privacy;

namespace CoalitionGateway.Ledger.Tests.Security;

/// <summary>A no counts from its place in the log. No clock and no claimed time overrules it.</summary>
public sealed class ConsentOrderTests
{
    private static readonly NoticeRef _notice = new("1", "en", [7]);
    private int _requests;

    [Fact]
    public void GiveConsent_BackdatedBeforeAWithdrawal_IsRefusedAndReleasesNothing()
    {
        var journal = Journal();
        journal.Run([Give(), Withdraw()], Given.Now);

        Assert.StartsWith("ConsentOvertaken(context.act_time)", Refused(journal, Give(Given.Now.AddDays(-10))), StringComparison.Ordinal);
        Assert.Equal(DisclosureBasis.ConsentWithdrawn, Asked(journal, Given.Now).Basis);
    }

    [Fact]
    public void GiveConsent_BackdatedBeforeARefusalOfAllSharing_IsRefusedAndReleasesNothing()
    {
        var journal = Journal();
        journal.Run([new RefuseSharing(Next(), Given.Ada, RefusalSignal.Member, Given.Notice("1"))], Given.Now);

        Assert.StartsWith("ConsentOvertaken(context.act_time)", Refused(journal, Give(Given.Now.AddDays(-10))), StringComparison.Ordinal);
        Assert.NotEqual(DisclosureBasis.ConsentInForce, Asked(journal, Given.Now).Basis);
    }

    [Fact]
    public void GiveConsent_BackdatedAfterTheLastNo_Counts()
    {
        var journal = Journal();
        journal.Run([Give(), Withdraw()], Given.Now.AddDays(-5));
        journal.Run([Give(Given.Now.AddDays(-2))], Given.Now);

        Assert.Equal(DisclosureBasis.ConsentInForce, Asked(journal, Given.Now).Basis);
    }

    [Fact]
    public void GiveConsent_RenewedWithATimeBeforeAnEarlierNo_IsRefused()
    {
        var journal = Journal();
        journal.Run([Give(), Withdraw()], Given.Now.AddDays(-5));
        journal.Run([Give()], Given.Now.AddDays(-1));

        Assert.StartsWith("ConsentOvertaken(context.act_time)", Refused(journal, Give(Given.Now.AddDays(-6))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "in the future")]
    [InlineData(-60 * 24 * 400, "before the member was enrolled")]
    public void Act_AtAnImpossibleTime_IsRefused(int minutes, string why)
    {
        var (journal, time) = (Journal(), Given.Now.AddMinutes(minutes));
        journal.Run([Give()], Given.Now);
        var act = new ConsentAction("shop", "", time);
        Assert.NotEmpty(why);

        Assert.StartsWith("ActTimeInvalid(context.act_time)", Refused(journal, Give(time)), StringComparison.Ordinal);
        Assert.StartsWith("ActTimeInvalid(context.act_time)", Refused(journal, Withdraw() with { Act = act }), StringComparison.Ordinal);
        journal.Run([Withdraw()], Given.Now);
        Assert.StartsWith(
            "ActTimeInvalid(context.act_time)",
            Refused(journal, new RefuseConsent(Next(), Given.Ada, Given.Beanery, Purpose.Marketing, "1", "en", _notice, Given.Notice("1")) { Action = act }), StringComparison.Ordinal);
    }

    [Fact]
    public void RefuseSharing_AfterTheClockStepsBack_EndsTheEarlierConsent()
    {
        var journal = Journal();
        journal.Run([Give()], Given.Now);
        journal.Run([new RefuseSharing(Next(), Given.Ada, RefusalSignal.Member, Given.Notice("1"))], Given.Now.AddSeconds(-3));

        Assert.Equal(DisclosureBasis.ConsentWithdrawn, Asked(journal, Given.Now.AddSeconds(-2)).Basis);
    }

    [Fact]
    public void GiveConsent_AfterTheClockStepsBack_CountsAsLaterThanTheRefusal()
    {
        var journal = Journal();
        journal.Run([new RefuseSharing(Next(), Given.Ada, RefusalSignal.Member, Given.Notice("1"))], Given.Now);
        journal.Run([Give()], Given.Now.AddSeconds(-3));

        Assert.Equal(DisclosureBasis.ConsentInForce, Asked(journal, Given.Now.AddSeconds(-2)).Basis);
    }

    [Fact]
    public void Log_WhenTheClockStepsBack_NeverRunsBackwards()
    {
        var memory = new RowMemory();
        var journal = Journal(memory);
        var first = journal.Run([Give()], Given.Now)[0].Event!;
        var second = journal.Run([Withdraw()], Given.Now.AddHours(-1))[0].Event!;
        var third = journal.Run([Give()], Given.Now.AddSeconds(1))[0].Event!;

        Assert.Equal((first.Time, first.Time, first.Time.AddSeconds(1)), (first.Time, second.Time, third.Time));
    }

    [Fact]
    public void RefuseSharing_EndsEachConsentInForce_AndARepeatedRequestGetsTheSameAnswer()
    {
        var journal = Journal();
        journal.Run([Give()], Given.Now);
        var refuse = new RefuseSharing(Next(), Given.Ada, RefusalSignal.Member, Given.Notice("1"));

        var answers = new[] { journal.Run([refuse], Given.Now)[0], journal.Run([refuse], Given.Now.AddHours(1))[0] };

        Assert.All(answers, answer => Assert.Equal(Purpose.Marketing, Assert.IsType<ConsentWithdrawn>(Assert.Single(answer.FollowUps)).Purpose));
        Assert.Single(answers.Select(answer => answer.FollowUps[0].Id).Distinct());
        Assert.Equal(NotificationKind.ConsentWithdrawn, Assert.Single(journal.Store.Rows.OfType<Notification>()).Kind);
        Assert.NotNull(journal.Run([Give()], Given.Now.AddHours(2))[0].Event);
        Assert.Single(journal.Run([refuse], Given.Now.AddHours(3))[0].FollowUps);
        Assert.Equal(ConsentState.Given, journal.Store.Rows.OfType<Consent>().Single().State);
    }

    private static MemoryJournal Journal(RowMemory? memory = null)
    {
        var journal = new MemoryJournal(new MemoryStore(), memory);
        journal.Commit(
            Given.Programme(Given.Stars, Given.Beanery), Given.Partner(Given.Beanery), Given.Agreed(Given.Beanery),
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));
        return journal;
    }

    private static string Refused(MemoryJournal journal, Command command) => Outcome.Of(journal.Run([command], Given.Now)[0].Refusal!);

    private MemberDisclosed Asked(MemoryJournal journal, DateTime now) => Assert.IsType<MemberDisclosed>(journal.Run(
        [new Disclose(Next(), Given.Beanery, "S-1", Purpose.Marketing, [new("profile.email", DataCategory.Contact)], Given.Notice("1"))], now)[0].Event);

    private GiveConsent Give(DateTime? acted = null) => new(
        Next(), Given.Ada, Given.Beanery, Purpose.Marketing, [DataCategory.Contact], "1", "en", _notice, Given.Notice("1"))
    {
        Act = acted is { } time ? new ConsentAction("shop", "", time) : null,
    };

    private WithdrawConsent Withdraw() => new(Next(), Given.Ada, Given.Beanery, Purpose.Marketing, Given.Notice("1"));

    private CommandContext Next()
    {
        var id = Given.Uuid(0x6000 + ++_requests);
        return new CommandContext(Caller.Of(Given.Ada), id, new EventId(id));
    }
}
