using System.Numerics;
using CoalitionGateway.Ledger.Programmes;
using FsCheck.Fluent;

namespace CoalitionGateway.Ledger.Tests.Properties;

/// <summary>Whatever the operator publishes, no member can go round a circle of open routes and gain points.</summary>
public sealed class RateProperties
{
    private const int _programmes = 5;

    [Fact]
    public void PublishRoute_AnySequence_RefusesExactlyTheCirclesThatGain()
    {
        var published =
            from source in Gen.Choose(0, _programmes - 1)
            from step in Gen.Choose(1, _programmes - 1)
            from numerator in Gen.Choose(1, 6)
            from denominator in Gen.Choose(1, 6)
            from open in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)))
            select new Publication(source, (source + step) % _programmes, numerator, denominator, open);
        var (accepted, refused) = (0, 0);

        Sizes.Check(Gen.ArrayOf(published, 25), publications =>
        {
            var rows = new Dictionary<(ProgrammeId, ProgrammeId), Route>();
            foreach (var publication in publications)
            {
                var command = publication.Command;
                var decision = command.Decide(
                    new PublishRoute.State(Given.Programme(command.SourceId, Given.Aurora), Given.Programme(command.DestinationId, Given.Beanery), [.. rows.Values]),
                    Given.Now);
                var after = new Dictionary<(ProgrammeId, ProgrammeId), Route>(rows)
                {
                    [(command.SourceId, command.DestinationId)] = new(
                        command.SourceId, command.DestinationId, command.RatioNumerator, command.RatioDenominator, 1000, 0, command.IsOpen, 1, Given.Now),
                };
                if (decision.Refusal is { } refusal)
                {
                    refused++;
                    AssertGains(refusal, after);
                }
                else
                {
                    accepted++;
                    rows = after;
                    Assert.True(Circles(rows).All(product => product.Numerator <= product.Denominator), $"A circle gains after {publication}");
                }
            }
        }, 100);

        // Without enough cases of both kinds the property would prove nothing.
        Assert.True(accepted > 100 && refused > 100, $"{accepted} accepted, {refused} refused");
    }

    /// <summary>The refusal names a circle of open routes that begins with the published route, and its exact gain.</summary>
    private static void AssertGains(Refusal refusal, Dictionary<(ProgrammeId, ProgrammeId), Route> routes)
    {
        Assert.Equal(RefusalReason.RatesGainInCycle, refusal.Reason);
        var path = refusal.Metadata.Single(pair => pair.Name == "cycle").Value.Split(',').Select(id => new ProgrammeId(id)).ToArray();
        Assert.Equal(path[0], path[^1]);
        var (numerator, denominator) = (BigInteger.One, BigInteger.One);
        foreach (var (from, to) in path.Zip(path.Skip(1)))
        {
            Assert.True(routes[(from, to)].IsOpen);
            numerator *= routes[(from, to)].RatioNumerator;
            denominator *= routes[(from, to)].RatioDenominator;
        }

        var common = BigInteger.GreatestCommonDivisor(numerator, denominator);
        Assert.True(numerator > denominator);
        Assert.Equal($"{numerator / common}/{denominator / common}", refusal.Metadata.Single(pair => pair.Name == "gain").Value);
    }

    /// <summary>The products of all circles that visit no programme twice, found by trying every one.</summary>
    private static IEnumerable<(BigInteger Numerator, BigInteger Denominator)> Circles(Dictionary<(ProgrammeId, ProgrammeId), Route> routes)
    {
        var open = routes.Values.Where(route => route.IsOpen).ToLookup(route => route.SourceId);
        return open.SelectMany(start => From(start.Key, start.Key, [], BigInteger.One, BigInteger.One));

        IEnumerable<(BigInteger, BigInteger)> From(ProgrammeId start, ProgrammeId at, ProgrammeId[] passed, BigInteger numerator, BigInteger denominator) =>
            open[at].Where(route => !passed.Contains(route.DestinationId)).SelectMany(route =>
            {
                var product = (numerator * route.RatioNumerator, denominator * route.RatioDenominator);
                return route.DestinationId == start
                    ? [product]
                    : From(start, route.DestinationId, [.. passed, route.DestinationId], product.Item1, product.Item2);
            });
    }

    private sealed record Publication(int Source, int Destination, int Numerator, int Denominator, bool IsOpen)
    {
        public PublishRoute Command => new(
            Given.Context, new ProgrammeId($"p{Source}"), new ProgrammeId($"p{Destination}"), Numerator, Denominator, 1000, 0, IsOpen);
    }
}
