using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Privacy;

namespace CoalitionGateway.Ledger.Tests.Security;

/// <summary>
/// If somebody else uses a link code, they get the membership and nothing else: no profile, no consent. Both logs record the
/// link.
/// </summary>
public sealed class LinkedConsentTests
{
    private static int _given;
    private static readonly byte[] _code = [1, 2, 3, 4];
    private static readonly Membership _linked = Given.Membership(new MembershipId(Given.Uuid(0xb02)), Given.Stars, Given.Bo);
    private static readonly Profile _bo = new(Given.Bo, "Bo", null, "bo@example.org", null, null, null);

    [Fact]
    public void LinkMembership_ConsentGivenUnderIt_EndsItNotifiesThePartnerAndAsksTheMember()
    {
        var (journal, link) = Linked();
        var consents = journal.Store.Rows.OfType<Consent>().ToDictionary(consent => consent.MemberId);

        Assert.Equal(ConsentState.Withdrawn, consents[Given.Bo].State);
        Assert.Equal(ConsentState.Requested, consents[Given.Ada].State);
        var told = Assert.Single(journal.Store.Rows.OfType<Notification>());
        Assert.Equal((Given.Beanery, NotificationKind.ConsentEnded, "S-2", Purpose.Marketing), (told.PartnerId, told.Kind, told.Number, told.Purpose));
        Assert.NotNull(link.Event);
    }

    [Fact]
    public void LinkMembership_FormerMemberWithdrewConsent_CarriesTheWithdrawalOver()
    {
        var journal = Journal();
        Give(journal, Given.Bo, Given.Now);
        journal.Run([new WithdrawConsent(NewContext(7), Given.Bo, Given.Beanery, Purpose.Marketing, Given.Notice("1"))], Given.Now);
        Assert.NotNull(journal.Run([Link()], Given.Now.AddSeconds(2))[0].Event);

        var early = Give(journal, Given.Ada, Given.Now.AddSeconds(3), ConsentAction.Call.At(Given.Now.AddSeconds(1)));

        Assert.Equal(RefusalReason.ConsentOvertaken, early.Refusal?.Reason);
        Assert.Equal(ConsentState.Refused, journal.Store.Rows.OfType<Consent>().Single(consent => consent.MemberId == Given.Ada).State);
        Assert.NotNull(Give(journal, Given.Ada, Given.Now.AddSeconds(3)).Event);
    }

    [Fact]
    public void LinkMembership_FormerMemberRefusedAllSharing_CarriesTheRefusalOver()
    {
        var journal = Journal();
        journal.Run([new RefuseSharing(NewContext(7), Given.Bo, RefusalSignal.Member, Given.Notice("1"))], Given.Now);
        journal.Run([Link()], Given.Now);

        Assert.Equal(new HashSet<MemberId> { Given.Ada, Given.Bo }, journal.Store.Rows.OfType<SharingRefusal>().Select(refusal => refusal.MemberId).ToHashSet());
    }

    [Fact]
    public void LinkMembership_IsInBothLogs_AndTheFormerMembersLogDoesNotNameTheOther()
    {
        var (journal, _) = Linked();
        var events = journal.Store.Rows.OfType<StoredEvent>().Select(stored => EventCodec.Decode(stored.Body)).ToArray();

        Assert.Single(events.OfType<MembershipLinked>(), made => made.Subject == Given.Ada);
        var moved = Assert.Single(events.OfType<MembershipMoved>(), made => made.Subject == Given.Bo);
        Assert.Equal(_linked.Id, moved.MembershipId);
        Assert.Equal(events.Length, events.Select(made => made.Id).Distinct().Count());
    }

    [Fact]
    public void LinkMembership_MembershipOfAKnownChild_NeedsAGuardian()
    {
        var journal = Journal();
        var child = Link() with { OfChild = (Given.Bo, 16) };

        Assert.Equal("GuardianNeeded(membership_number) age_of_consent=16", Outcome.Of(journal.Run([child], Given.Now)[0].Refusal!));
        Assert.NotNull(journal.Run([Link() with { Context = NewContext(9), OfChild = (Given.Ada, 16) }], Given.Now)[0].Event);
    }

    private static (MemoryJournal Journal, Answer Link) Linked()
    {
        var journal = Journal();
        Give(journal, Given.Bo, Given.Now);
        return (journal, journal.Run([Link()], Given.Now)[0]);
    }

    private static Answer Give(MemoryJournal journal, MemberId member, DateTime now, ConsentAction? act = null)
    {
        var id = Given.Uuid(0x100 + ++_given);
        return journal.Run(
        [
            new GiveConsent(new CommandContext(Caller.Of(member), id, new EventId(id)), member, Given.Beanery, Purpose.Marketing, [DataCategory.Contact], "1", "en", new NoticeRef("1", "en", [7]), Given.Notice("1"))
            {
                Act = act,
            },
        ], now)[0];
    }

    private static LinkMembership Link() => new(NewContext(2), Given.Ada, Given.Stars, "S-2", _code, Given.Notice("1"));

    private static MemoryJournal Journal()
    {
        var journal = new MemoryJournal(new MemoryStore());
        journal.Commit(
            Given.Programme(Given.Stars, Given.Beanery), Given.Partner(Given.Beanery), Given.Agreed(Given.Beanery),
            _linked, new MembershipNumber(Given.Stars, "S-2", _linked.Id, []), _bo, new LinkCode(_linked.Id, _code, Given.Now.AddMinutes(1)),
            Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada));
        return journal;
    }

    private static CommandContext NewContext(int id) => new(Caller.Of(Given.Ada), Given.Uuid(id), new EventId(Given.Uuid(id)));
}
