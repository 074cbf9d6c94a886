using System.Numerics;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Tests.Properties;
using FsCheck.Fluent;

namespace CoalitionGateway.Ledger.Tests.Programmes;

public sealed class AgreementTests
{
    // The contract's worked examples come first: 9.99 down, 9.50 nearest, 9.01 up, at one point a pound.
    [Theory]
    [InlineData(Rounding.Down, 9_990_000, 9)]
    [InlineData(Rounding.Down, 9_999_999, 9)]
    [InlineData(Rounding.Down, 10_000_000, 10)]
    [InlineData(Rounding.Down, 1, 0)]
    [InlineData(Rounding.Nearest, 9_499_999, 9)]
    [InlineData(Rounding.Nearest, 9_500_000, 10)]
    [InlineData(Rounding.Nearest, 499_999, 0)]
    [InlineData(Rounding.Nearest, 500_000, 1)]
    [InlineData(Rounding.Up, 9_000_000, 9)]
    [InlineData(Rounding.Up, 9_000_001, 10)]
    [InlineData(Rounding.Up, 9_010_000, 10)]
    [InlineData(Rounding.Up, 1, 1)]
    public void PointsFor_AnAmountBetweenWholePoints_RoundsAsAgreed(Rounding rounding, long micros, long points) =>
        Assert.Equal(points, Given.Agreement(Given.Aurora, Given.Miles, rounding: rounding).Terms.PointsFor(Given.Gbp(micros)));

    // Half of an odd number of micros is not a whole number of micros: 1.5 of 3 is a half, 1 of 3 is not.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    public void PointsFor_NearestWithAnOddSpend_RoundsAtTheExactHalf(long micros, long points) =>
        Assert.Equal(points, Given.Agreement(Given.Aurora, Given.Miles, spendMicros: 3, rounding: Rounding.Nearest).Terms.PointsFor(Given.Gbp(micros)));

    // One command moves at most 10^12 points. Intermediate products are far beyond 64 bits.
    [Theory]
    [InlineData(Rounding.Down, 1_000_000, 1, 1_000_000, 1_000_000_000_000L)]
    [InlineData(Rounding.Down, 1_000_000, 1, 1_000_001, null)]
    [InlineData(Rounding.Down, 1_000_000, 1, Money.MaxMicros, null)]
    [InlineData(Rounding.Down, 1_000_000, 1_000_000_000, Money.MaxMicros, 1_000_000_000_000L)]
    [InlineData(Rounding.Up, 1_000_000, 999_999_999, Money.MaxMicros, null)]
    [InlineData(Rounding.Down, 1, Money.MaxMicros, Money.MaxMicros - 1, 0L)]
    [InlineData(Rounding.Nearest, 1, Money.MaxMicros, Money.MaxMicros - 1, 1L)]
    [InlineData(Rounding.Up, 1, Money.MaxMicros, 1, 1L)]
    [InlineData(Rounding.Down, 999_999, 999_999_000_000, Money.MaxMicros, 1_000_000_000L)]
    public void PointsFor_HugeValues_AreExactOrRefused(Rounding rounding, long rate, long spendMicros, long micros, long? points) =>
        Assert.Equal(points, Given.Agreement(Given.Aurora, Given.Miles, rate, spendMicros, rounding).Terms.PointsFor(Given.Gbp(micros)));

    [Fact]
    public void PointsFor_AnyAgreementAndAmount_IsTheExactQuotientRounded()
    {
        var inputs =
            from rounding in Gen.Elements(Rounding.Down, Rounding.Nearest, Rounding.Up)
            from rate in Sizes.Between(1, 1_000_000)
            from spend in Sizes.Between(1, Money.MaxMicros)
            from micros in Sizes.Between(1, Money.MaxMicros)
            select (rounding, rate, spend, micros);

        Sizes.Check(inputs, input =>
        {
            var (rounding, rate, spend, micros) = input;
            var exact = (BigInteger)micros * rate;
            var expected = rounding switch
            {
                Rounding.Down => exact / spend,
                Rounding.Nearest => ((exact * 2) + spend) / (2 * (BigInteger)spend),
                _ => (exact + spend - 1) / spend,
            };
            var points = Given.Agreement(Given.Aurora, Given.Miles, rate, spend, rounding).Terms.PointsFor(Given.Gbp(micros));
            Assert.Equal(expected <= 1_000_000_000_000 ? expected : null, points is { } some ? (BigInteger)some : (BigInteger?)null);
        });
    }
}
