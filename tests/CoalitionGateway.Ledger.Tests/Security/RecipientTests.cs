using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Privacy;

namespace CoalitionGateway.Ledger.Tests.Security;

/// <summary>Two partners are notified of one event. Nothing in the notifications lets them join their records.</summary>
public sealed class RecipientTests
{
    [Fact]
    public void EraseMember_KnownToTwoPartners_NotificationsShareOnlyTheDay()
    {
        var journal = new MemoryJournal(new MemoryStore());
        journal.Commit(
            Given.Programme(Given.Stars, Given.Beanery), Given.Programme(Given.Miles, Given.Aurora), Given.Partner(Given.Beanery), Given.Partner(Given.Aurora),
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada),
            new MembershipNumber(Given.Miles, "M-1", Given.AdaInMiles, []), Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada));

        var erased = journal.Run([new EraseMember(NewContext(1), Given.Ada, true, Given.Notice("1"))], Given.Now)[0].Event!;

        var told = journal.Store.Rows.OfType<Notification>().ToArray();
        Assert.Equal(2, told.Select(row => row.PartnerId).Distinct().Count());
        Assert.Equal(2, told.Select(row => row.Id).Distinct().Count());
        Assert.DoesNotContain(erased.Id.Value, told.Select(row => row.Id));
        Assert.Single(told.Select(row => row.Day).Distinct(), Given.Now.Date);
        Assert.All(told, row => Assert.Equal(row.Day.AddDays(30), row.DueDay));

        // The references contain no time: they are UUIDv8 made from a hash.
        Assert.All(told, row => Assert.Equal(8, row.Id.Version));
        Assert.NotEqual(told[0].Id.ToByteArray(true)[..6], told[1].Id.ToByteArray(true)[..6]);
    }

    [Fact]
    public void References_ForOneEvent_DependOnASecretOfTheCommand()
    {
        var context = NewContext(1);
        var salted = context with { Salt = Given.Uuid(77) };

        Assert.NotEqual(context.ReferenceFor(Given.Beanery, "Erased "), salted.ReferenceFor(Given.Beanery, "Erased "));
        Assert.NotEqual(context.FollowUpId(1), salted.FollowUpId(1));
        Assert.NotEqual(context.FollowUpId(1), context.FollowUpId(2));
        Assert.Equal(context.EventId.Value.ToByteArray(true)[..6], context.FollowUpId(1).Value.ToByteArray(true)[..6]);
    }

    [Theory]
    [InlineData(true, NotificationKind.ConsentWithdrawn)]
    [InlineData(false, NotificationKind.ConsentRefused)]
    public void WithdrawalOrRefusal_NotifiesThePartner_WithPurposeAndDueDay(bool withdraws, NotificationKind kind)
    {
        var journal = new MemoryJournal(new MemoryStore());
        journal.Commit(
            Given.Programme(Given.Stars, Given.Beanery), Given.Partner(Given.Beanery), Given.Agreed(Given.Beanery),
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada));
        var notice = new NoticeRef("1", "en", [7]);
        if (withdraws)
        {
            journal.Run(
                [
                    new GiveConsent(NewContext(1), Given.Ada, Given.Beanery, Purpose.Analytics, [DataCategory.Contact], "1", "en", notice, Given.Notice("1")),
                    new WithdrawConsent(NewContext(2), Given.Ada, Given.Beanery, Purpose.Analytics, Given.Notice("1")),
                ],
                Given.Now);
        }
        else
        {
            journal.Run([new RefuseConsent(NewContext(1), Given.Ada, Given.Beanery, Purpose.Analytics, "1", "en", notice, Given.Notice("1"))], Given.Now);
        }

        var told = Assert.Single(journal.Store.Rows.OfType<Notification>());
        Assert.Equal((kind, "S-1", Purpose.Analytics, Given.Now.Date.AddDays(30)), (told.Kind, told.Number, told.Purpose, told.DueDay));
        var acknowledged = journal.Run([new AcknowledgeNotification(NewContext(3), Given.Beanery, told.Id)], Given.Now)[0].Event;
        Assert.Equal(told.Id, Assert.IsType<NotificationAcknowledged>(acknowledged).NotificationId);
        Assert.Empty(journal.Store.Rows.OfType<Notification>());
    }

    private static CommandContext NewContext(int id) => new(Caller.Of(Given.Ada), Given.Uuid(id), new EventId(Given.Uuid(id)));
}
