using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Transfers;
using FsCheck.Fluent;
using System.Numerics;

namespace CoalitionGateway.Ledger.Tests.Properties;

public sealed class TransferProperties
{
    [Fact]
    public void Arriving_AnyRatioAndAmount_IsTheExactQuotientRoundedDown()
    {
        var inputs =
            from amount in Sizes.Between(0, long.MaxValue)
            from numerator in Sizes.Between(1, 1_000_000)
            from denominator in Sizes.Between(1, 1_000_000)
            select (amount, numerator, denominator);

        Sizes.Check(inputs, input =>
        {
            var exact = (BigInteger)input.amount * input.numerator / input.denominator;
            var arriving = Route(input.numerator, input.denominator).Arriving(input.amount);
            Assert.Equal(exact <= 1_000_000_000_000 ? exact : null, arriving is { } some ? (BigInteger)some : (BigInteger?)null);
        });
    }

    [Fact]
    public void CreateTransfer_YieldsNothing_NamesTheSmallestAmountThatWorks()
    {
        var inputs =
            from numerator in Sizes.Between(1, 999)
            from denominator in Sizes.Between(1000 * numerator, 1_000_000)
            where denominator > 1000 * numerator
            select (numerator, denominator);

        Sizes.Check(inputs, input =>
        {
            var refusal = Decide(1000, input.numerator, input.denominator).Refusal!;
            Assert.Equal(RefusalReason.TransferYieldsNothing, refusal.Reason);
            var smallest = long.Parse(refusal.Metadata.Single().Value);
            Assert.NotNull(Decide(smallest, input.numerator, input.denominator).Event);
            Assert.Equal(RefusalReason.TransferYieldsNothing, Decide(smallest - 1000, input.numerator, input.denominator).Refusal!.Reason);
        });
    }

    private static Decision Decide(long amount, long numerator, long denominator) =>
        new CreateTransfer(Given.Context, Given.Ada, Given.Miles, Given.Stars, amount).Decide(
            new CreateTransfer.State(
                Route(numerator, denominator), Given.Holds(Given.Miles, Given.AdaInMiles, 1_000_000), Given.Holds(Given.Stars, Given.AdaInStars)),
            Given.Now);

    private static Route Route(long numerator, long denominator) =>
        new(Given.Miles, Given.Stars, numerator, denominator, 1000, 0, true, 1, Given.Now);
}
