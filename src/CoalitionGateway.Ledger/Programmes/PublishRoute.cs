using System.Numerics;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Programmes;

/// <summary>Publishes the terms of transfers from one programme to another.</summary>
public sealed record PublishRoute(
    CommandContext Context, ProgrammeId SourceId, ProgrammeId DestinationId, long RatioNumerator, long RatioDenominator,
    long MinimumPoints, long MaximumPoints, bool IsOpen)
    : GovernedCommand<PublishRoute.State>(Context)
{
    public override string Method => nameof(PublishRoute);

    public override void Encode(CanonicalWriter writer) => writer
        .Byte(1).Text(SourceId.Value).Text(DestinationId.Value).Number(RatioNumerator).Number(RatioDenominator)
        .Number(MinimumPoints).Number(MaximumPoints).Flag(IsOpen);

    public override State Needs(WorkingState rows, DateTime now) => new(
        rows.Find(new Programme.Of(SourceId)),
        rows.Find(new Programme.Of(DestinationId)),
        rows.FindAll(new Route.All()));

    // A suspended route moves no points.
    public override Governance GovernanceOf(State state, DateTime now) => new($"{Before(state)?.Version ?? 0}", MayBeAlone: !IsOpen);

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Source is null)
        {
            return ProgrammeRefusals.ProgrammeNotFound(SourceId, "route.source_programme_id");
        }

        if (state.Destination is null)
        {
            return ProgrammeRefusals.ProgrammeNotFound(DestinationId, "route.destination_programme_id");
        }

        if (IsOpen && Gain(state.Routes) is { } gain)
        {
            return gain;
        }

        return new RoutePublished(
            Header(now), SourceId, DestinationId, RatioNumerator, RatioDenominator, MinimumPoints, MaximumPoints,
            IsOpen, (Before(state)?.Version ?? 0) + 1);
    }

    private Route? Before(State state) => state.Routes.FirstOrDefault(route => route.SourceId == SourceId && route.DestinationId == DestinationId);

    /// <summary>
    /// Refuses a route that makes points grow in a cycle: finds the best way back to the source, with an exact fraction for
    /// each programme (Bellman-Ford on products). The routes already open gain in no cycle, so the best way is a simple path.
    /// </summary>
    private Refusal? Gain(IReadOnlyList<Route> routes)
    {
        // The order is fixed, so that of two ways with the same gain always the same one is named.
        var open = routes.Where(route => route.IsOpen && (route.SourceId, route.DestinationId) != (SourceId, DestinationId))
            .OrderBy(route => route.SourceId.Value, StringComparer.Ordinal).ThenBy(route => route.DestinationId.Value, StringComparer.Ordinal).ToArray();
        var best = new Dictionary<ProgrammeId, (BigInteger Numerator, BigInteger Denominator, string Path)>
        {
            [DestinationId] = (RatioNumerator, RatioDenominator, $"{SourceId},{DestinationId}"),
        };
        var improved = true;
        for (var step = 0; improved && step <= open.Length; step++)
        {
            improved = false;
            foreach (var route in open)
            {
                if (route.SourceId == SourceId || !best.TryGetValue(route.SourceId, out var from))
                {
                    continue;
                }

                var (numerator, denominator) = (from.Numerator * route.RatioNumerator, from.Denominator * route.RatioDenominator);
                if (!best.TryGetValue(route.DestinationId, out var known) || numerator * known.Denominator > known.Numerator * denominator)
                {
                    best[route.DestinationId] = (numerator, denominator, $"{from.Path},{route.DestinationId}");
                    improved = true;
                }
            }
        }

        if (!best.TryGetValue(SourceId, out var round) || round.Numerator <= round.Denominator)
        {
            return null;
        }

        var common = BigInteger.GreatestCommonDivisor(round.Numerator, round.Denominator);
        return new Refusal(RefusalReason.RatesGainInCycle, $"Going round {round.Path} would end with more points than it began with; lower the ratio.", "route.ratio_numerator")
            .With("cycle", round.Path).With("gain", $"{round.Numerator / common}/{round.Denominator / common}");
    }

    public sealed record State(Programme? Source, Programme? Destination, IReadOnlyList<Route> Routes);
}

[EventKind(4, Answers = "PublishRoute")]
public sealed record RoutePublished(
    EventHeader Header, ProgrammeId SourceId, ProgrammeId DestinationId, long RatioNumerator, long RatioDenominator,
    long MinimumPoints, long MaximumPoints, bool IsOpen, long Version)
    : Event(Header)
{
    /// <summary>The route after the event.</summary>
    public Route Route => new(SourceId, DestinationId, RatioNumerator, RatioDenominator, MinimumPoints, MaximumPoints, IsOpen, Version, Time);

    public override void Apply(WorkingState rows) => rows.Put(Route);

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(SourceId.Value).Text(DestinationId.Value).Number(RatioNumerator).Number(RatioDenominator)
        .Number(MinimumPoints).Number(MaximumPoints).Flag(IsOpen).Number(Version);

    internal static RoutePublished Decode(EventHeader header, CanonicalReader reader) => new(
        header, new ProgrammeId(reader.Text()), new ProgrammeId(reader.Text()), reader.Number(), reader.Number(),
        reader.Number(), reader.Number(), reader.Flag(), reader.Number());
}
