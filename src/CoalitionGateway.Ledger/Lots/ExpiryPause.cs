using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Lots;

/// <summary>A tier keeps the points of a membership for a time. Points that would expire within this time expire at its end.</summary>
public sealed record ExpiryPause(MembershipId MembershipId, DateTime FromTime, DateTime UntilTime) : Row
{
    public override Key Primary => new Of(MembershipId);

    public override bool IsDeletable => true;

    /// <summary>Pauses from now until a time. A pause that lasts goes on, and ends no earlier.</summary>
    public static void Extend(WorkingState rows, MembershipId membership, DateTime now, DateTime until) =>
        new ExpiryPause(membership, now, until).Join(rows, now);

    /// <summary>Lets the pause hold for a membership, beside the one that it has. Points of both pauses stay until both have ended.</summary>
    public void Join(WorkingState rows, DateTime now)
    {
        if (UntilTime <= now)
        {
            return;
        }

        var own = rows.Find(new Of(MembershipId)) is { } found && found.UntilTime > now ? found : this;
        rows.Put(this with
        {
            FromTime = own.FromTime < FromTime ? own.FromTime : FromTime,
            UntilTime = own.UntilTime > UntilTime ? own.UntilTime : UntilTime,
        });
    }

    /// <summary>Removes the pause, if there is one.</summary>
    public static void Remove(WorkingState rows, MembershipId membership)
    {
        if (rows.Find(new Of(membership)) is { } found)
        {
            rows.Remove(found);
        }
    }

    /// <summary>When something ends that would end at a time; null: never.</summary>
    public static DateTime? Later(DateTime? end, ExpiryPause? pause) => end > pause?.FromTime && end < pause.UntilTime ? pause.UntilTime : end;

    public sealed record Of(MembershipId MembershipId) : Key<ExpiryPause>;
}

/// <summary>Points would have expired by now, and a tier keeps them longer. They fall due again when the pause ends.</summary>
/// <param name="Lots">The accounts of the lots.</param>
/// <param name="IsInactivity">Whether the member's inactivity is paused too.</param>
[EventKind(51)]
public sealed record ExpiryPaused(EventHeader Header, MemberId MemberId, MembershipId MembershipId, DateTime UntilTime, IReadOnlyList<Guid> Lots, bool IsInactivity)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        foreach (var lot in Lots)
        {
            rows.Put(new Due(Lot.DueKind, lot.ToString(), UntilTime));
        }

        if (IsInactivity)
        {
            rows.Put(new Due(Inactivity.DueKind, MembershipId.ToString(), UntilTime));
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Uuid(MembershipId.Value).Time(UntilTime).List(Lots, static (w, id) => w.Uuid(id)).Flag(IsInactivity);

    internal static ExpiryPaused Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), reader.Time(), reader.List(static r => r.Uuid()), reader.Flag());
}
