using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Transfers;

/// <summary>Moves a member's points between two of their memberships, immediately and finally.</summary>
public sealed record CreateTransfer(
    CommandContext Context, MemberId MemberId, ProgrammeId SourceId, ProgrammeId DestinationId, long AmountPoints)
    : Command<CreateTransfer.State>(Context)
{
    /// <summary>Every transfer is a multiple of this many source points.</summary>
    public const long Step = 1000;

    public override string Method => nameof(CreateTransfer);

    public override void Encode(CanonicalWriter writer) => writer
        .Byte(1).Uuid(MemberId.Value).Text(SourceId.Value).Text(DestinationId.Value).Number(AmountPoints);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var source = rows.Find(new Membership.OfMember(MemberId, SourceId));
        var destination = rows.Find(new Membership.OfMember(MemberId, DestinationId));
        return new State(
            rows.Find(new Route.Of(SourceId, DestinationId)),
            source is null ? null : Holdings.Find(rows, SourceId, source.Id, now),
            destination is null ? null : Holdings.Find(rows, DestinationId, destination.Id, now));
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (Refuses(state) is { } refusal)
        {
            return refusal;
        }

        var (route, source, destination) = (state.Route!, state.Source!, state.Destination!);
        if (source.AvailablePoints < AmountPoints)
        {
            var most = source.AvailablePoints / Step * Step;
            return source.Insufficient("amount_points", most >= route.MinimumPoints && route.Arriving(most) > 0 ? most : 0);
        }

        var arrived = route.Arriving(AmountPoints)!.Value;
        var leaving = Posting.Of(SourceId, [.. source.Debit(AmountPoints), new(AccountRef.Exchange(SourceId, DestinationId), AmountPoints)])!;
        var arriving = Posting.Of(DestinationId, [new(AccountRef.Exchange(DestinationId, SourceId), -arrived), .. destination.Credit(arrived)])!;
        var made = new TransferCreated(
            Header(now), MemberId, source.MembershipId, destination.MembershipId, SourceId, DestinationId, AmountPoints,
            arrived, destination.Settles(arrived), route.Version, [leaving, arriving]);
        return Decision.Accept(made).After(source.Settled(Context, MemberId, now), destination.Settled(Context, MemberId, now));
    }

    /// <summary>
    /// The first refusal that applies to the transfer, except for a lack of points. A quote is refused for the same
    /// reasons. The order is the precedence: the amount's form, the route, its limits, the memberships, the yield.
    /// </summary>
    public Refusal? Refuses(State state)
    {
        if (AmountPoints % Step != 0 || AmountPoints < Step)
        {
            return NotInSteps();
        }

        if (state.Route is not { } route)
        {
            return OfRoute(RefusalReason.RouteNotFound, $"There is no route from {SourceId} to {DestinationId}; ListRoutes shows those there are.");
        }

        if (!route.IsOpen)
        {
            return OfRoute(RefusalReason.RouteSuspended, $"Transfers from {SourceId} to {DestinationId} are suspended.");
        }

        if (AmountPoints < route.MinimumPoints)
        {
            return new Refusal(RefusalReason.AmountBelowMinimum, $"The least on this route is {route.MinimumPoints} points.", "amount_points")
                .With("minimum_points", route.MinimumPoints);
        }

        if (route.MaximumPoints > 0 && AmountPoints > route.MaximumPoints)
        {
            return new Refusal(RefusalReason.AmountAboveMaximum, $"The most on this route is {route.MaximumPoints} points a transfer.", "amount_points")
                .With("maximum_points", route.MaximumPoints);
        }

        if (state.Source is null)
        {
            return MemberRefusals.NotAMember(SourceId, "source_programme_id");
        }

        if (state.Destination is null)
        {
            return MemberRefusals.NotAMember(DestinationId, "destination_programme_id");
        }

        if (AmountPoints > Points.MaxPerCommand || route.Arriving(AmountPoints) is not { } arriving)
        {
            return ProgrammeRefusals.AmountTooLarge("amount_points");
        }

        return arriving == 0 ? YieldsNothing(route) : null;
    }

    private Refusal NotInSteps()
    {
        const long most = Points.MaxPerCommand / Step * Step;
        var lower = Math.Min(AmountPoints / Step * Step, most);
        List<(string Name, string Value)> nearest = [];
        if (lower >= Step)
        {
            nearest.Add(("nearest_lower_points", lower.ToString()));
        }

        if (lower < most)
        {
            nearest.Add(("nearest_upper_points", Math.Max(lower + Step, Step).ToString()));
        }

        return new Refusal(RefusalReason.AmountNotInSteps, $"Transfers go in steps of {Step} points; {string.Join(" or ", nearest.Select(amount => amount.Value))} would go.", "amount_points")
        {
            Metadata = [("step_points", Step.ToString()), ("amount_points", AmountPoints.ToString()), .. nearest],
        };
    }

    private Refusal OfRoute(RefusalReason reason, string message) => new Refusal(reason, message)
        .With("source_programme_id", SourceId.Value).With("destination_programme_id", DestinationId.Value);

    private static Refusal YieldsNothing(Route route)
    {
        var least = (route.RatioDenominator + route.RatioNumerator - 1) / route.RatioNumerator;
        var amount = (least + Step - 1) / Step * Step;
        var refusal = new Refusal(RefusalReason.TransferYieldsNothing, "At this route's ratio no whole point would arrive.", "amount_points");
        return amount > Points.MaxPerCommand || (route.MaximumPoints > 0 && amount > route.MaximumPoints) ? refusal : refusal.With("smallest_amount_points", amount);
    }

    /// <summary>The route, and the member's holdings on both sides; null if the member has no membership there.</summary>
    public sealed record State(Route? Route, Holdings? Source, Holdings? Destination);
}

/// <param name="SettledPoints">The part of <paramref name="ArrivedPoints"/> that paid debt.</param>
[EventKind(60, Answers = "CreateTransfer")]
public sealed record TransferCreated(
    EventHeader Header, MemberId MemberId, MembershipId SourceMembershipId, MembershipId DestinationMembershipId,
    ProgrammeId SourceId, ProgrammeId DestinationId, long AmountPoints, long ArrivedPoints, long SettledPoints,
    long RouteVersion, IReadOnlyList<Posting> Moves)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override IReadOnlyList<Posting> Postings => Moves;

    /// <summary>The transfer that was made.</summary>
    public Transfer Transfer => new(Id, SourceMembershipId, SourceId, DestinationId, AmountPoints, ArrivedPoints, SettledPoints, RouteVersion, Time);

    public override void Apply(WorkingState rows) => rows.Put(Transfer);

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Uuid(SourceMembershipId.Value).Uuid(DestinationMembershipId.Value)
        .Text(SourceId.Value).Text(DestinationId.Value).Number(AmountPoints).Number(ArrivedPoints).Number(SettledPoints)
        .Number(RouteVersion).Postings(Moves);

    internal static TransferCreated Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()), new ProgrammeId(reader.Text()), reader.Number(), reader.Number(), reader.Number(),
        reader.Number(), reader.Postings());
}

/// <summary>A completed transfer. It is found by the membership that its points left.</summary>
public sealed record Transfer(
    EventId Id, MembershipId SourceMembershipId, ProgrammeId SourceId, ProgrammeId DestinationId,
    long AmountPoints, long ArrivedPoints, long SettledPoints, long RouteVersion, DateTime CreateTime) : Row
{
    public override Key Primary => new Of(Id);

    public override bool IsInsertOnly => true;

    public sealed record Of(EventId Id) : Key<Transfer>;
}
