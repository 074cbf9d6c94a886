using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Tests.Members;

/// <summary>A card number that replaces another one.</summary>
public sealed class ReplaceMembershipNumberTests
{
    private readonly MemoryJournal _journal = new(new MemoryStore());
    private int _requests;

    public ReplaceMembershipNumberTests() => _journal.Commit(
        Given.Programme(Given.Stars, Given.Beanery), Given.Agreement(Given.Beanery, Given.Stars),
        Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada), new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, [1]));

    [Fact]
    public void Replaced_TheNewNumberLeadsToTheMembership_AndTheOldOneOnlyToPurchasesBefore()
    {
        var made = Outcome.Made<NumberReplaced>(Replace("S-1", "S-2"));

        Assert.Equal((Given.Ada, Given.AdaInStars), (made.MemberId, made.MembershipId));
        Assert.Equal("", Buy("S-2", Given.Now));
        Assert.Equal("", Buy("S-1", Given.Now.AddTicks(-10)));
        Assert.Equal("MembershipNotFound(membership_number) programme_id=bean-stars", Buy("S-1", Given.Now));
        Assert.Equal("S-2", Assert.Single(_journal.Store.Rows.OfType<MembershipNumber>(), row => row.IsMain).Number);
    }

    [Theory]
    [InlineData("S-1", "S-1", "MembershipNumberTaken(new_membership_number) programme_id=bean-stars")]
    [InlineData("S-9", "S-2", "MembershipNotFound(membership_number) programme_id=bean-stars")]
    public void Refused_NamesTheField(string number, string other, string refusal) => Assert.Equal(refusal, Outcome.Of(Replace(number, other).Refusal!));

    [Fact]
    public void CodeOfTheLostCard_EndsWithIt()
    {
        _journal.Commit(new LinkCode(Given.AdaInStars, [1], Given.Now.AddMinutes(9)), new Ledger.Schedules.Due(EndLinkCode.DueKind, $"{Given.AdaInStars}", Given.Now.AddMinutes(9)));
        Replace("S-1", "S-2");
        Assert.DoesNotContain(_journal.Store.Rows, row => row is LinkCode or Ledger.Schedules.Due);
    }

    [Fact]
    public void AReplacedNumber_IsNeverGivenAgain()
    {
        Replace("S-1", "S-2");
        Replace("S-2", "S-3");

        Assert.Equal("MembershipNotFound(membership_number) programme_id=bean-stars", Outcome.Of(Replace("S-1", "S-4").Refusal!));
        Assert.Equal("MembershipNumberTaken(new_membership_number) programme_id=bean-stars", Outcome.Of(Replace("S-3", "S-1").Refusal!));
    }

    private CommandContext Context() =>
        new(new Caller(CallerKind.Partner, Given.Beanery.Value), Given.Uuid(0x5000 + ++_requests), new EventId(Given.Uuid(0x6000 + _requests)));

    private Answer Replace(string number, string other) =>
        _journal.Run([new ReplaceMembershipNumber(Context(), Given.Beanery, number, other) { Salt = [7] }], Given.Now).Single();

    private string Buy(string number, DateTime time) =>
        _journal.Run([new RecordPurchase(Context(), Given.Beanery, $"P-{_requests}", number, Given.Gbp(1_000_000), time)], Given.Now).Single().Refusal is { } refusal
            ? Outcome.Of(refusal)
            : "";
}
