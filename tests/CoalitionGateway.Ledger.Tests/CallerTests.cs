namespace CoalitionGateway.Ledger.Tests;

public sealed class CallerTests
{
    // These texts are stored with every request and in every event. They never change.
    [Theory]
    [InlineData(CallerKind.Partner, "beanery", "partner:beanery")]
    [InlineData(CallerKind.Member, "0190", "member:0190")]
    [InlineData(CallerKind.Officer, "audit:eu", "officer:audit:eu")]
    [InlineData(CallerKind.Operator, "", "operator:")]
    public void Parse_TextFromToString_ReturnsTheSameCaller(CallerKind kind, string id, string text)
    {
        var caller = new Caller(kind, id);

        Assert.Equal(text, caller.ToString());
        Assert.Equal(caller, Caller.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("partner")]
    [InlineData("nobody:beanery")]
    [InlineData("Partner:beanery")]
    [InlineData("1:beanery")]
    [InlineData("9:beanery")]
    [InlineData(" partner:beanery")]
    public void Parse_AnyOtherText_ThrowsFormatException(string text) => Assert.Throws<FormatException>(() => Caller.Parse(text));
}
