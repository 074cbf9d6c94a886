using CoalitionGateway.Ledger.Accounts;

namespace CoalitionGateway.Ledger.Tests.Accounts;

public sealed class PostingTests
{
    private static readonly AccountRef _points = AccountRef.Points(Given.Miles, Given.AdaInMiles);
    private static readonly AccountRef _issue = AccountRef.Issue(Given.Miles, Given.Aurora);

    [Fact]
    public void Of_LinesOfZeroPoints_OmitsThem()
    {
        var posting = Posting.Of(Given.Miles, [new(_points, 0), new(_issue, -5), new(_points, 5)]);

        Assert.Equal([new PostingLine(_issue, -5), new PostingLine(_points, 5)], posting!.Lines);
        Assert.Null(Posting.Of(Given.Miles, [new(_points, 0), new(_issue, 0)]));
    }

    [Fact]
    public void Check_LinesNotSummingToZero_Throws() => Assert.Throws<InvalidOperationException>(
        () => new Posting(Given.Miles, [new(_issue, -5), new(_points, 4)]).Check());

    [Fact]
    public void Check_ALineOfAnotherProgramme_Throws() => Assert.Throws<InvalidOperationException>(
        () => new Posting(Given.Miles, [new(_issue, -5), new(AccountRef.Points(Given.Stars, Given.AdaInStars), 5)]).Check());

    [Fact]
    public void Check_BalancedLinesOfTheProgramme_Passes() =>
        Assert.Null(Record.Exception(() => new Posting(Given.Miles, [new(_issue, -5), new(_points, 5)]).Check()));
}
