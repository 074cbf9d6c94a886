using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Tests.Schedules;

/// <summary>An event schedules a due row. The row is settled once: by an earlier act, or because it fell due.</summary>
public sealed class DueTests
{
    private static readonly PoolId _pool = new(Given.Uuid(0xc01));
    private static readonly byte[] _code = [1, 2, 3, 4];
    private static readonly NoticeRef _notice = new("1", "en", [1]);
    private static readonly NoticesInForce _lasting = Given.Notice("1") with { LastsMonths = 24 };
    private readonly MemoryJournal _journal = new(new MemoryStore());
    private int _requests;

    public DueTests() => _journal.Commit(
        Given.Partner(Given.Beanery), Given.Agreed(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery),
        new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada),
        new MembershipNumber(Given.Stars, "S-2", _bosId, []), Given.Membership(_bosId, Given.Stars, Given.Bo),
        new Pool(_pool, Given.Stars, Given.Now), new Participant(_pool, Given.AdaInStars, new ParticipantId(Given.Uuid(0xd01)), null));

    private static readonly MembershipId _bosId = new(Given.Uuid(0xb02));

    private IReadOnlyList<Due> Open => [.. _journal.Store.Rows.OfType<Due>()];

    [Fact]
    public void Invitation_IsDueWhenItEnds_AndEndedOnce()
    {
        Run(Invite());
        var due = Assert.Single(Open);
        Assert.Equal((EndInvitation.DueKind, Given.Now + Pool.InvitationLifetime), (due.Kind, due.DueTime));

        Assert.Equal(RefusalReason.PoolNotFound, Run(EndInvitation.For(due, ByGateway()), due.DueTime.AddMicroseconds(-1)).Refusal?.Reason);
        var ended = Assert.IsType<InvitationEnded>(Run(EndInvitation.For(due, ByGateway()), due.DueTime).Event);
        Assert.Equal((Given.Bo, CallerKind.Gateway), (ended.Subject, ended.Header.Actor.Kind));
        Assert.Equal(RefusalReason.PoolNotFound, Run(EndInvitation.For(due, ByGateway()), due.DueTime).Refusal?.Reason);
        Assert.Empty(Open);
        Assert.Single(_journal.Store.Rows.OfType<Participant>());
        Assert.DoesNotContain(_journal.Store.Rows.OfType<StoredAnswer>(), request => request.Caller == Caller.Gateway.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Invitation_Answered_IsNoLongerDue(bool isAccepted)
    {
        Run(Invite());
        Run(isAccepted ? new AcceptInvitation(By(Given.Bo), Given.Bo, _pool) : new LeavePool(By(Given.Bo), Given.Bo, _pool));
        Assert.Empty(Open);
    }

    [Fact]
    public void Invitation_RenewedAfterItsEnd_IsDueAtItsNewEnd()
    {
        Run(Invite());
        var later = Given.Now + Pool.InvitationLifetime;
        Run(Invite(), later);
        Assert.Equal(later + Pool.InvitationLifetime, Assert.Single(Open).DueTime);
    }

    [Fact]
    public void LinkCode_IsDueWhenItEnds_AndIsRemovedThen()
    {
        Run(new CreateLinkCode(By(Given.Beanery), Given.Beanery, "S-1", _code));
        var due = Assert.Single(Open);
        Assert.Equal((EndLinkCode.DueKind, Given.Now + CreateLinkCode.Lifetime), (due.Kind, due.DueTime));

        Assert.NotNull(Run(EndLinkCode.For(due, ByGateway()), due.DueTime.AddMicroseconds(-1)).Refusal);
        Assert.IsType<LinkCodeEnded>(Run(EndLinkCode.For(due, ByGateway()), due.DueTime).Event);
        Assert.Empty(Open);
        Assert.Empty(_journal.Store.Rows.OfType<LinkCode>());
    }

    [Fact]
    public void GuardianCode_IsDueWhenItEnds_AndIsRemovedThen()
    {
        Run(new CreateGuardianCode(By(Given.Ada), Given.Ada, "aa", 40));
        var due = Assert.Single(Open);
        Assert.Equal((EndGuardianCode.DueKind, Given.Now + CreateGuardianCode.Lifetime), (due.Kind, due.DueTime));

        Assert.NotNull(Run(EndGuardianCode.For(due, ByGateway()), due.DueTime.AddMicroseconds(-1)).Refusal);
        Assert.IsType<GuardianCodeEnded>(Run(EndGuardianCode.For(due, ByGateway()), due.DueTime).Event);
        Assert.Empty(Open);
        Assert.Empty(_journal.Store.Rows.OfType<GuardianCode>());
    }

    [Fact]
    public void Consent_IsDueWhenItExpires_EndsOnce_AndNotifiesItsPartnerOnce()
    {
        var until = Given.Now.AddMonths(24);
        Run(Give(_lasting));
        var due = Assert.Single(Open);
        Assert.Equal((ExpireConsent.DueKind, until), (due.Kind, due.DueTime));

        Assert.NotNull(Run(ExpireConsent.For(due, ByGateway()), until.AddMicroseconds(-1)).Refusal);
        var ended = Assert.IsType<ConsentExpired>(Run(ExpireConsent.For(due, ByGateway()), until).Event);
        Assert.Equal((Given.Ada, Given.Beanery, CallerKind.Gateway), (ended.Subject, ended.Partner, ended.Header.Actor.Kind));
        var told = Assert.Single(_journal.Store.Rows.OfType<Notification>());
        Assert.Equal((NotificationKind.ConsentExpired, "S-1", Purpose.Marketing, until.Date + Notification.ActWithin), (told.Kind, told.Number, told.Purpose, told.DueDay));
        Assert.Equal(RefusalReason.ConsentNotFound, Run(ExpireConsent.For(due, ByGateway()), until).Refusal?.Reason);
        Assert.Empty(Open);
        var consent = Assert.Single(_journal.Store.Rows.OfType<Consent>());
        Assert.Equal((ConsentState.Expired, until, (long?)null), (consent.State, consent.ExpireTime, consent.GiveLogIndex));

        Assert.IsType<ConsentGiven>(Run(Give(_lasting), until).Event);
        Assert.Equal(until.AddMonths(24), Assert.Single(Open).DueTime);
    }

    [Fact]
    public void Consent_Renewed_IsDueAtItsNewEnd()
    {
        Run(Give(_lasting));
        Run(Give(_lasting), Given.Now.AddMonths(20));
        Assert.Equal(Given.Now.AddMonths(44), Assert.Single(Open).DueTime);
        Run(Give(Given.Notice("1")), Given.Now.AddMonths(21));
        Assert.Empty(Open);
    }

    /// <summary>Nobody has recorded the end yet: the sweeper lags, or the notice changed.</summary>
    [Theory]
    [InlineData("1", 24)]
    [InlineData("2", 3)]
    public void Consent_RequestedAgainAfterItLapsed_NotifiesThePartnerOfItsEnd(string notice, int months)
    {
        Run(Give(_lasting));
        Assert.IsType<ConsentRequested>(Run(
            new RequestConsent(By(Given.Beanery), Given.Beanery, "S-1", Purpose.Marketing, [DataCategory.Contact], _notice, Given.Notice(notice) with { LastsMonths = 24 }),
            Given.Now.AddMonths(months)).Event);
        Assert.Empty(Open);
        Assert.Equal(NotificationKind.ConsentExpired, Assert.Single(_journal.Store.Rows.OfType<Notification>()).Kind);
    }

    [Fact]
    public void Consent_OnAChangedNotice_IsNotDueAfterAnErasure()
    {
        Run(Give(_lasting));
        Run(new EraseMember(By(Given.Ada), Given.Ada, true, Given.Notice("2")));
        Assert.DoesNotContain(Open, due => due.Kind == ExpireConsent.DueKind);
    }

    [Theory]
    [InlineData("withdrawn")]
    [InlineData("revoked")]
    [InlineData("refused with all sharing")]
    [InlineData("erased")]
    public void Consent_Ended_IsNoLongerDue(string how)
    {
        Run(Give(_lasting));
        Assert.Null(Run(how switch
        {
            "withdrawn" => new WithdrawConsent(By(Given.Ada), Given.Ada, Given.Beanery, Purpose.Marketing, _lasting),
            "revoked" => new RevokeConsent(By(Given.Beanery), Given.Beanery, "S-1", Purpose.Marketing, _notice, _lasting),
            "erased" => new EraseMember(By(Given.Ada), Given.Ada, true, _lasting),
            _ => new RefuseSharing(By(Given.Ada), Given.Ada, RefusalSignal.Member, _lasting),
        }).Refusal);
        Assert.DoesNotContain(Open, due => due.Kind == ExpireConsent.DueKind);
    }

    [Fact]
    public void Erasure_SettlesTheMembersDueRows_AndIsDueUntilFinished()
    {
        Run(new CreateLinkCode(By(Given.Beanery), Given.Beanery, "S-2", _code));
        Run(new CreateGuardianCode(By(Given.Bo), Given.Bo, "bb", 40));
        Run(Invite());
        Run(new EraseMember(By(Given.Bo), Given.Bo, true, Given.Notice("1")));

        var due = Assert.Single(Open);
        Assert.Equal((FinishErasure.DueKind, Given.Bo.ToString()), (due.Kind, due.Subject));
        Assert.IsType<ErasureFinished>(Run(new FinishErasure(ByGateway(), Given.Bo)).Event);
        Assert.Empty(Open);
        Assert.NotNull(Run(new FinishErasure(ByGateway(), Given.Bo)).Refusal);
    }

    private Answer Run(Command command, DateTime? now = null) => _journal.Run([command], now ?? Given.Now)[0];

    private GiveConsent Give(NoticesInForce notices) =>
        new(By(Given.Ada), Given.Ada, Given.Beanery, Purpose.Marketing, [DataCategory.Contact], "1", "en", _notice, notices);

    private InviteMember Invite() => new(By(Given.Ada), Given.Ada, _pool, "S-2", new ParticipantId(Given.Uuid(0xd02)), new MembershipId(Given.Uuid(0xb99)));

    private CommandContext By(MemberId member) => Next(Caller.Of(member));

    private CommandContext By(PartnerId partner) => Next(Caller.Of(partner));

    private CommandContext ByGateway() => Next(Caller.Gateway);

    private CommandContext Next(Caller caller)
    {
        var id = Given.Uuid(0x7000 + ++_requests);
        return new CommandContext(caller, id, new EventId(id));
    }
}
