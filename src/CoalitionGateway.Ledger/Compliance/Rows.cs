namespace CoalitionGateway.Ledger.Compliance;

/// <summary>A right that a member uses (GDPR, chapter III); the numbers are those of the contract.</summary>
public enum DataRight
{
    Access = 1,
    Rectification = 2,
    Erasure = 3,
    Restriction = 4,
    Portability = 5,
    Objection = 6,
}

/// <summary>Why a request takes longer (GDPR Art. 12(3)); the numbers are those of the contract.</summary>
public enum ExtensionReason
{
    Complexity = 1,
    NumberOfRequests = 2,
}

/// <summary>How a request ended; the numbers are those of the contract.</summary>
public enum RequestOutcome
{
    Fulfilled = 1,

    /// <summary>Art. 12(5)(b): manifestly unfounded or excessive.</summary>
    Unfounded = 2,

    /// <summary>Art. 12(6): the person could not be identified.</summary>
    NotIdentified = 3,

    /// <summary>Art. 17(3): the law demands or allows that the data is kept.</summary>
    KeptByLaw = 4,

    /// <summary>The member took it back.</summary>
    Withdrawn = 5,
}

/// <summary>What a member asked for, by letter or by a person's help, and until when it is to be answered.</summary>
/// <param name="Id">The event that opened it.</param>
/// <param name="ReceiveTime">When it reached the coalition: its time runs from then.</param>
/// <param name="DueTime">One month after, three if extended (GDPR Art. 12(3)).</param>
public sealed record DataRequest(
    EventId Id, MemberId MemberId, DataRight Kind, DateTime ReceiveTime, DateTime DueTime,
    ExtensionReason? Extension, RequestOutcome? Outcome, DateTime? CloseTime) : Row
{
    public override Key Primary => new Of(Id);

    public sealed record Of(EventId Id) : Key<DataRequest>;
}

/// <summary>Why data must not be erased (GDPR Art. 17(3)); the numbers are those of the contract.</summary>
public enum HoldGround
{
    /// <summary>Art. 17(3)(b): a law demands that it is kept.</summary>
    LegalObligation = 1,

    /// <summary>Art. 17(3)(e): legal claims.</summary>
    LegalClaims = 2,
}

public static class HoldGrounds
{
    /// <summary>The ground's name in refusals, as the contract spells it.</summary>
    public static string Name(this HoldGround ground) => ground == HoldGround.LegalObligation ? "legal_obligation" : "legal_claims";
}

/// <summary>While it lasts, its member is not erased.</summary>
/// <param name="Id">The event that placed it.</param>
public sealed record Hold(EventId Id, MemberId MemberId, HoldGround Ground, DateTime UntilTime, DateTime PlaceTime) : Row
{
    public override Key Primary => new Of(Id);

    public override IEnumerable<Key> Sets => [new ByMember(MemberId)];

    /// <summary>Refuses what the hold forbids.</summary>
    public Refusal Refuse(string message) => new Refusal(RefusalReason.ErasureHeld, message)
        .With("ground", Ground.Name()).With("until_time", UntilTime.ToString("O"));

    public sealed record Of(EventId Id) : Key<Hold>;

    public sealed record ByMember(MemberId MemberId) : SetKey<Hold>;
}

/// <summary>A breach of personal data at a partner, or at the coalition itself, and when the authority was told.</summary>
/// <param name="Id">The event that reported it.</param>
/// <param name="PartnerId">Where; null: at the coalition.</param>
/// <param name="FromTime">What was received from this time on is concerned.</param>
/// <param name="ToTime">What was received before this time is concerned.</param>
/// <param name="AwareTime">When the coalition became aware of it: 72 hours run from then (GDPR Art. 33(1)).</param>
public sealed record Breach(
    EventId Id, PartnerId? PartnerId, DateTime FromTime, DateTime ToTime, DateTime AwareTime, DateTime? NotifyTime) : Row
{
    /// <summary>How long there is to tell the supervisory authority.</summary>
    public static readonly TimeSpan NotifyWithin = TimeSpan.FromHours(72);

    public override Key Primary => new Of(Id);

    public DateTime DueTime => AwareTime + NotifyWithin;

    public sealed record Of(EventId Id) : Key<Breach>;
}
