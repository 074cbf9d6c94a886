using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>That a member was erased: for ever, so that a restored backup is found to lack it.</summary>
public sealed record Erasure(MemberId MemberId, EventId EventId, DateTime EraseTime) : Row
{
    public override Key Primary => new Of(MemberId);

    public sealed record Of(MemberId MemberId) : Key<Erasure>;
}

/// <summary>Why a member may have processing restricted (GDPR Art. 18(1)); the numbers are those of the contract.</summary>
public enum RestrictionGround
{
    AccuracyContested = 1,
    UnlawfulProcessing = 2,
    LegalClaims = 3,
    ObjectionPending = 4,
}

/// <summary>While it is there, nothing of the member's goes to any partner.</summary>
public sealed record Restriction(MemberId MemberId, RestrictionGround Ground, EventId EventId, DateTime StartTime) : Row
{
    public override Key Primary => new Of(MemberId);

    /// <summary>Refuses what the restriction forbids.</summary>
    public Refusal Refuse(string message) => new Refusal(RefusalReason.RestrictionInForce, message).With("start_time", StartTime.ToString("O"));

    public sealed record Of(MemberId MemberId) : Key<Restriction>;
}

/// <summary>How a member said that nothing is to be shared; the numbers are those of the contract.</summary>
public enum RefusalSignal
{
    /// <summary>By themself.</summary>
    Member = 1,

    /// <summary>By their browser or app: Global Privacy Control (W3C, "Sec-GPC: 1").</summary>
    GlobalPrivacyControl = 2,
}

/// <summary>The member refused all sharing: no consent given before permits anything, and nobody asks for one.</summary>
/// <param name="LogIndex">Its place in the log: consents that were given before it permit nothing.</param>
public sealed record SharingRefusal(MemberId MemberId, RefusalSignal Signal, EventId EventId, DateTime RefuseTime, long LogIndex) : Row
{
    public override Key Primary => new Of(MemberId);

    public sealed record Of(MemberId MemberId) : Key<SharingRefusal>;
}

/// <summary>What a recipient is told about (GDPR Art. 19); the numbers are those of the contract.</summary>
public enum NotificationKind
{
    Rectified = 1,
    Erased = 2,
    Restricted = 3,
    RestrictionLifted = 4,

    /// <summary>Art. 7(3): the member took a consent back.</summary>
    ConsentWithdrawn = 5,

    /// <summary>The member said no to a consent.</summary>
    ConsentRefused = 6,

    /// <summary>A consent ended because the membership that it was given under went to another member.</summary>
    ConsentEnded = 7,
}

/// <summary>
/// What a partner is to be told about a member, by the number that it knows them by. In no event: the number goes when the
/// partner has acknowledged it.
/// </summary>
/// <param name="Id">Made for this recipient alone: recipients of one event cannot join what they are told.</param>
/// <param name="Day">The day of the event, in UTC, for the same reason without a time.</param>
/// <param name="DueDay">The day by which the partner is to have acted.</param>
/// <param name="Purpose">Of the consent that ended; null where it is about none.</param>
public sealed record Notification(
    PartnerId PartnerId, Guid Id, NotificationKind Kind, string Number, DateTime Day, DateTime DueDay, Purpose? Purpose) : Row
{
    /// <summary>How long a partner has: "without undue delay" (GDPR Art. 17(1), 19), and what the notice promises members.</summary>
    public static readonly TimeSpan ActWithin = TimeSpan.FromDays(30);

    public override Key Primary => new Of(PartnerId, Id);

    /// <summary>What a partner is told; nothing where it has no number for the member.</summary>
    public static IReadOnlyList<Row> Tell(Issue issue, PartnerId partner, NotificationKind kind, MembershipNumber? number, DateTime now, Purpose? purpose = null) =>
        number is null
            ? []
            : [new Notification(partner, issue.ReferenceFor(partner, $"{kind} {purpose}"), kind, number.Number, now.Date, now.Date + ActWithin, purpose)];

    public sealed record Of(PartnerId PartnerId, Guid Id) : Key<Notification>;
}
