using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>How and when a person acted on a consent. The event's own time says when the act was recorded.</summary>
/// <param name="Channel">The channel of the act: the name of the contract's ConsentChannel in lower case.</param>
/// <param name="Jurisdiction">ISO 3166-1 alpha-2 code of the country whose law applies; empty if not stated.</param>
/// <param name="Time">When the person acted, not later than the recording. Null in a command: the time of the recording.</param>
public sealed record ConsentAction(string Channel, string Jurisdiction, DateTime? Time)
{
    /// <summary>The adult who acted for a child; null if the member acted alone.</summary>
    public MemberId? GuardianId { get; init; }

    /// <summary>The default: the call itself is the act.</summary>
    public static readonly ConsentAction Call = new("api", "", null);

    /// <summary>A membership moved to another member, which ended the consent given under it.</summary>
    public static readonly ConsentAction Link = new("link", "", null);

    /// <summary>Two memberships became one, and with them two answers about a consent.</summary>
    public static readonly ConsentAction Merge = new("merge", "", null);

    /// <summary>The act with its time filled in, for the record.</summary>
    public ConsentAction At(DateTime now) => this with { Time = Time ?? now };

    internal void Encode(CanonicalWriter writer) => 
        writer.Text(Channel).Text(Jurisdiction).OptionalTime(Time).OptionalUuid(GuardianId?.Value);

    internal static ConsentAction Decode(CanonicalReader reader) => new(reader.Text(), reader.Text(), reader.OptionalTime())
    {
        GuardianId = reader.OptionalUuid() is { } guardian ? new MemberId(guardian) : null,
    };
}

/// <summary>An event about a consent. Its effect is the consent's new state.</summary>
public abstract record ConsentEvent(EventHeader Header, MemberId MemberId, PartnerId PartnerId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    /// <summary>How and when a person acted. Null in events that are older than this field.</summary>
    public ConsentAction? Act { get; init; }

    /// <summary>The consent after the event.</summary>
    public abstract Consent Consent { get; }

    public override void Apply(WorkingState rows)
    {
        if (Act?.GuardianId is { } adult)
        {
            Due.Settle(rows, EndGuardianCode.DueKind, adult.ToString());
        }

        var (before, after) = (rows.Find(new Consent.Of(MemberId, PartnerId, Consent.Purpose)), Consent);
        if (before is not null && ExpireConsent.DueOf(before) is { } was)
        {
            rows.Remove(was);
        }

        if (ExpireConsent.DueOf(after) is { } due)
        {
            rows.Put(due);
        }

        rows.Put(after with
        {
            GiveLogIndex = after.State.IsInForce() ? rows.LogSize : null,
            LastNoTime = after.State is ConsentState.Withdrawn or ConsentState.Refused ? Time : before?.LastNoTime,
        });
    }

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        if (Act?.GuardianId is { } guardian && rows.Find(new GuardianCode.Of(guardian)) is { } used)
        {
            rows.Remove(used);
        }
    }

    /// <summary>Writes the act at the end of the event's bytes. Older events have no act there.</summary>
    private protected void EncodeAct(CanonicalWriter writer) => Act?.Encode(writer);

    private protected static ConsentAction? DecodeAct(CanonicalReader reader) => reader.IsAtEnd ? null : ConsentAction.Decode(reader);
}
