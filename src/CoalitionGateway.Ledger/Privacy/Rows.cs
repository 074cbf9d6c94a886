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
public sealed record SharingRefusal(MemberId MemberId, RefusalSignal Signal, EventId EventId, DateTime RefuseTime) : Row
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
}

/// <summary>
/// What a partner is to be told about a member, by the number that it knows them by. In no event: the number goes when the
/// partner has acknowledged it.
/// </summary>
/// <param name="EventId">The event that it is about.</param>
public sealed record Notification(PartnerId PartnerId, EventId EventId, NotificationKind Kind, string Number, DateTime Time) : Row
{
    public override Key Primary => new Of(PartnerId, EventId);

    public sealed record Of(PartnerId PartnerId, EventId EventId) : Key<Notification>;
}
