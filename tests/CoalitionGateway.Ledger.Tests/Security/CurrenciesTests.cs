namespace CoalitionGateway.Ledger.Tests.Security;

/// <summary>Money is in an existing currency, in whole minor units (ISO 4217).</summary>
public sealed class CurrenciesTests
{
    [Theory]
    [InlineData("EUR", 10_000)]
    [InlineData("GBP", 10_000)]
    [InlineData("MRU", 10_000)]
    [InlineData("JPY", 1_000_000)]
    [InlineData("ISK", 1_000_000)]
    [InlineData("XAF", 1_000_000)]
    [InlineData("KWD", 1_000)]
    [InlineData("TND", 1_000)]
    [InlineData("CLF", 100)]
    public void MinorUnitMicros_OfACurrency_IsItsSmallestPayableAmount(string code, long micros) => Assert.Equal(micros, Currencies.MinorUnitMicros(code));

    [Theory]
    [InlineData("ZZZ")]
    [InlineData("XXX")]
    [InlineData("XTS")]
    [InlineData("XAU")]
    [InlineData("eur")]
    [InlineData("DEM")]
    [InlineData("")]
    public void MinorUnitMicros_UnknownCode_IsNull(string code)
    {
        Assert.False(Currencies.Has(code));
        Assert.Null(Currencies.MinorUnitMicros(code));
    }

    [Theory]
    [InlineData("eur", "EUR")]
    [InlineData("EURO", "EUR")]
    [InlineData("UR", "EUR")]
    [InlineData("JPX", "JPY")]
    public void Near_MistypedCode_NamesTheIntendedCode(string text, string meant) => Assert.Contains(meant, Currencies.Near(text));

    [Fact]
    public void Near_TextUnlikeAnyCode_IsEmpty()
    {
        Assert.Empty(Currencies.Near("QQQ"));
        Assert.Empty(Currencies.Near(new string('E', 100_000)));
    }

    [Fact]
    public void All_AreThreeCapitalLettersEach()
    {
        Assert.All(Currencies.All, code => Assert.Matches(@"\A[A-Z]{3}\z", code));
        Assert.InRange(Currencies.All.Count(), 150, 185);
    }
}
