using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Programmes;

public sealed class PublishRouteTests
{
    // Six routes up by a million each and seven down again, so the product reaches 10^36. The last route goes up.
    private static readonly string[] _wideCircle =
    [
        "b>c 1:1000000", "c>d 1:1000000", "d>e 1:1000000", "e>f 1:1000000", "f>g 1:1000000", "g>h 1:1000000",
        "h>i 1000000:1", "i>j 1000000:1", "j>k 1000000:1", "k>l 1000000:1", "l>m 1000000:1", "m>n 1000000:1", "n>a 1:1",
    ];

    private static readonly Table _refusals = new()
    {
        { "neither programme, and a gain", () => Decide("a>b 1:2", ["b>a 1:1"], source: false, destination: false), "ProgrammeNotFound(route.source_programme_id) programme_id=a" },
        { "no source", () => Decide("a>b 1:2", ["b>a 1:1"], source: false), "ProgrammeNotFound(route.source_programme_id) programme_id=a" },
        { "no destination, and a gain", () => Decide("a>b 1:2", ["b>a 1:1"], destination: false), "ProgrammeNotFound(route.destination_programme_id) programme_id=b" },
        { "a gain", () => Decide("a>b 1:2", ["b>a 1:1"]), "RatesGainInCycle(route.ratio_numerator) cycle=a,b,a gain=2/1" },
        { "no gain", () => Decide("a>b 1:1", ["b>a 1:1"]), "RoutePublished" },
    };

    // a>b 5:4 turns 5 points of a into 4 of b.
    private static readonly Table _cycles = new()
    {
        { "the first route may have any ratio", () => Decide("a>b 1:1000000", []), "RoutePublished" },
        { "there and back is exactly 1", () => Decide("a>b 1000:1600", ["b>a 1600:1000"]), "RoutePublished" },
        { "there and back gains", () => Decide("a>b 1000:1600", ["b>a 1:1"]), "RatesGainInCycle(route.ratio_numerator) cycle=a,b,a gain=8/5" },
        { "there and back gains a millionth", () => Decide("a>b 999999:1000000", ["b>a 1:1"]), "RatesGainInCycle(route.ratio_numerator) cycle=a,b,a gain=1000000/999999" },
        { "there and back loses a millionth", () => Decide("a>b 1000000:999999", ["b>a 1:1"]), "RoutePublished" },
        { "three programmes gain", () => Decide("a>b 1:1", ["b>c 2:3", "c>a 1:1"]), "RatesGainInCycle(route.ratio_numerator) cycle=a,b,c,a gain=3/2" },
        { "three programmes are exactly 1", () => Decide("a>b 1:1", ["b>c 2:3", "c>a 3:2"]), "RoutePublished" },
        { "the order of the routes says nothing", () => Decide("a>b 1:1", ["d>a 1:1", "c>d 1:1", "b>c 2:3"]), "RatesGainInCycle(route.ratio_numerator) cycle=a,b,c,d,a gain=3/2" },
        { "the direct way back loses, the long one gains", () => Decide("a>b 1:1", ["b>a 2:1", "b>c 2:3", "c>a 1:1"]), "RatesGainInCycle(route.ratio_numerator) cycle=a,b,c,a gain=3/2" },
        { "both ways back gain, the better one is named", () => Decide("a>b 1:1", ["b>a 2:3", "b>c 1:2", "c>a 1:1"]), "RatesGainInCycle(route.ratio_numerator) cycle=a,b,c,a gain=2/1" },
        { "no way back", () => Decide("a>b 1:2", ["a>c 1:2", "c>b 1:2"]), "RoutePublished" },
        { "a circle elsewhere", () => Decide("a>b 1:2", ["c>d 1:2", "d>c 2:1"]), "RoutePublished" },
        { "the way back is suspended", () => Decide("a>b 1:2", ["b>a 1:1 suspended"]), "RoutePublished" },
        { "a link of the way back is suspended", () => Decide("a>b 1:2", ["b>c 1:1 suspended", "c>a 1:1"]), "RoutePublished" },
        { "published as suspended itself", () => Decide("a>b 1:2 suspended", ["b>a 1:1"]), "RoutePublished" },
        { "opened again into a gain", () => Decide("a>b 1:2", ["a>b 1:2 suspended", "b>a 1:1"]), "RatesGainInCycle(route.ratio_numerator) cycle=a,b,a gain=2/1" },
        { "republished lower: the old ratio no longer counts", () => Decide("a>b 2:1", ["a>b 1:1", "b>a 1:1"]), "RoutePublished" },
        { "republished higher: the new ratio counts", () => Decide("a>b 1:2", ["a>b 2:1", "b>a 1:1"]), "RatesGainInCycle(route.ratio_numerator) cycle=a,b,a gain=2/1" },
        { "products beyond 128 bits, exactly 1", () => Decide("a>b 1:1", [.. _wideCircle]), "RoutePublished" },
        { "products beyond 128 bits, a millionth above 1", () => Decide("a>b 999999:1000000", [.. _wideCircle]), "RatesGainInCycle(route.ratio_numerator) cycle=a,b,c,d,e,f,g,h,i,j,k,l,m,n,a gain=1000000/999999" },
    };

    public static TheoryData<string> Refusals => _refusals.Names;

    public static TheoryData<string> Cycles => _cycles.Names;

    [Theory]
    [MemberData(nameof(Refusals))]
    public void PublishRoute_SeveralFaults_NamesTheFirst(string row) => _refusals.Check(row);

    [Theory]
    [MemberData(nameof(Cycles))]
    public void PublishRoute_CircleThatGainsPoints_IsRefused(string row) => _cycles.Check(row);

    /// <summary>
    /// The store returns a set in its own order. The working state returns it in the order of publication. The answer, which is
    /// also stored, must not depend on which of the two orders the journal had.
    /// </summary>
    [Fact]
    public void PublishRoute_TwoCirclesWithTheSameGain_NamesTheSameOneInAnyOrder()
    {
        string[] routes = ["b>c 1:2", "c>a 1:1", "b>d 1:2", "d>a 1:1"];

        Assert.Equal(Outcome.Of(Decide("a>b 1:1", routes)), Outcome.Of(Decide("a>b 1:1", [.. routes.Reverse()])));
    }

    [Fact]
    public void PublishRoute_Again_ReplacesTheTermsUnderTheNextVersion()
    {
        var rows = new WorkingState();
        var terms = Given.Route("a>b 4:3 suspended", minimum: 3000, maximum: 50_000);

        Outcome.Made<RoutePublished>(Decide("a>b 4:3 suspended", ["b>a 1:1", "a>b 5:4"], minimum: 3000, maximum: 50_000)).Apply(rows);

        Assert.Equal(terms with { Version = 2, PublishTime = Given.Now }, rows.Find(new Route.Of(terms.SourceId, terms.DestinationId)));
    }

    private static Decision Decide(
        string published, string[] before, bool source = true, bool destination = true, long minimum = 1000, long maximum = 0)
    {
        var terms = Given.Route(published);
        return new PublishRoute(
            Given.Context, terms.SourceId, terms.DestinationId, terms.RatioNumerator, terms.RatioDenominator, minimum, maximum, terms.IsOpen).Decide(
                new PublishRoute.State(
                    source ? Given.Programme(terms.SourceId, Given.Aurora) : null,
                    destination ? Given.Programme(terms.DestinationId, Given.Beanery) : null,
                    [.. before.Select(text => Given.Route(text))]),
                Given.Now);
    }
}
