using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>How and when a person acted on a consent; that it was recorded is told by the event's time.</summary>
/// <param name="Channel">Where: the contract's ConsentChannel, by its name in small letters.</param>
/// <param name="Jurisdiction">ISO 3166-1 alpha-2 code of the country whose law applies; empty where nobody said.</param>
/// <param name="Time">When the person acted, not after it was recorded; null in a command: when it is recorded.</param>
public sealed record ConsentAction(string Channel, string Jurisdiction, DateTime? Time)
{
    /// <summary>The adult who acted for a child; null where the member acted alone.</summary>
    public MemberId? GuardianId { get; init; }

    /// <summary>What holds where the caller says nothing: the call is the act.</summary>
    public static readonly ConsentAction Call = new("api", "", null);

    /// <summary>A membership went to another member, and the consent that was given under it ended with that.</summary>
    public static readonly ConsentAction Link = new("link", "", null);

    /// <summary>The act as it is recorded.</summary>
    public ConsentAction At(DateTime now) => this with { Time = Time ?? now };

    internal void Encode(CanonicalWriter writer) => 
        writer.Text(Channel).Text(Jurisdiction).OptionalTime(Time).OptionalUuid(GuardianId?.Value);

    internal static ConsentAction Decode(CanonicalReader reader) => new(reader.Text(), reader.Text(), reader.OptionalTime())
    {
        GuardianId = reader.OptionalUuid() is { } guardian ? new MemberId(guardian) : null,
    };
}

/// <summary>Something that happened to a consent: what it is afterwards is all that its effect is.</summary>
public abstract record ConsentEvent(EventHeader Header, MemberId MemberId, PartnerId PartnerId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    /// <summary>How and when somebody acted; null in events that were recorded before this was.</summary>
    public ConsentAction? Act { get; init; }

    /// <summary>The consent as it is after the event.</summary>
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

    /// <summary>The end of the event's bytes; events from before it was recorded end without it.</summary>
    private protected void EncodeAct(CanonicalWriter writer) => Act?.Encode(writer);

    private protected static ConsentAction? DecodeAct(CanonicalReader reader) => reader.IsAtEnd ? null : ConsentAction.Decode(reader);
}
