using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using FsCheck.Fluent;
using System.Numerics;

namespace CoalitionGateway.Ledger.Tests.Properties;

public sealed class ReversalProperties
{
    /// <summary>
    /// After each part the total taken is floor(given × returned ÷ amount). So the order and the size of the parts do not
    /// matter, and a complete return takes exactly all points.
    /// </summary>
    [Fact]
    public void ReversePurchase_InAnyParts_TakesInTotalWhatTheReturnedShareEarned()
    {
        var inputs =
            from amount in Sizes.Between(1, Money.MaxMicros)
            from given in Sizes.Between(0, Points.MaxPerCommand)
            from available in Sizes.Between(0, Points.MaxPerCommand)
            from parts in Gen.ListOf(Sizes.Between(1, amount))
            select (amount, given, available, parts);

        Sizes.Check(inputs, input =>
        {
            var rows = new WorkingState();
            rows.Put(new Purchase(
                Given.Beanery, "R-1", false, Given.Context.EventId, Given.Ada, Given.AdaInMiles, Given.Miles, "GBP", input.amount, 0, input.given, 0, Given.Now, false));
            rows.Put(Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada));
            rows.Put(new Earned(Given.Beanery, Given.AdaInMiles, input.given, 0, null, 0));
            var (returned, taken, available) = (0L, 0L, input.available);
            foreach (var part in input.parts)
            {
                if (part <= input.amount - returned)
                {
                    Reverse(part);
                }
            }

            if (returned < input.amount)
            {
                Reverse(null);
            }

            Assert.Equal((input.amount, input.given), (returned, taken));

            void Reverse(long? micros)
            {
                var command = new ReversePurchase(Given.Context, Given.Beanery, "R-1", micros is { } some ? Given.Gbp(some) : null);
                var state = command.Needs(rows, Given.Now) with { Holdings = Given.Holds(Given.Miles, Given.AdaInMiles, available) };
                var made = Outcome.Made<PurchaseReversed>(command.Decide(state, Given.Now));
                made.Apply(rows);
                returned += micros ?? input.amount - returned;
                taken += made.TakenPoints;
                Assert.Equal(returned, made.ReturnedMicros);
                Assert.Equal((BigInteger)input.given * returned / input.amount, taken);
                Assert.Equal(Math.Max(0, made.TakenPoints - available), made.OwedPoints);
                available -= made.TakenPoints - made.OwedPoints;
            }
        });
    }
}
