using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>
/// Why a rule refused a command. The numbers and names are those of the contract's ErrorReason, whose comments
/// say what each means. The numbers are stored.
/// </summary>
public enum RefusalReason
{
    RequestIdReused = 2,
    PartnerNotFound = 20,
    PartnerExists = 21,
    ProgrammeNotFound = 22,
    ProgrammeExists = 23,
    PartnerHasProgramme = 24,
    PartnerWithoutProgramme = 25,
    RatesGainInCycle = 26,
    MembershipNotFound = 40,
    MembershipNumberTaken = 41,
    MembershipExists = 42,
    LinkCodeInvalid = 43,
    AgreementNotFound = 44,
    MemberNotFound = 45,
    PurchaseReferenceTaken = 60,
    PurchaseNotFound = 61,
    CurrencyMismatch = 62,
    ReturnExceedsPurchase = 63,
    AmountTooLarge = 64,
    ReturnExceedsGiven = 65,
    ReturnNotFound = 66,
    DebtNotOwn = 67,
    AmountNotInSteps = 80,
    RouteNotFound = 81,
    RouteSuspended = 82,
    AmountBelowMinimum = 83,
    AmountAboveMaximum = 84,
    TransferYieldsNothing = 85,
    InsufficientPoints = 86,
    TransferNotFound = 87,
    PoolNotFound = 100,
    PoolFull = 101,
    AlreadyInPool = 102,
    InvitationExpired = 103,
    InsufficientShare = 104,
    NoticeNotFound = 120,
    NoticeOutdated = 121,
    ConsentNotFound = 122,
    ConsentNotNeeded = 123,
    PurposeNotAgreed = 124,
    ConsentInForce = 125,
    ConsentRequested = 126,
    ConsentWasRefused = 127,
    SharingRefused = 128,
    GuardianNeeded = 129,
    GuardianCodeInvalid = 130,
    GuardianNotAdult = 131,
    ConsentOvertaken = 132,
    ActTimeInvalid = 133,
    EventNotFound = 140,
    CheckpointNotFound = 141,
    EventNotCovered = 142,
    PointsRemain = 160,
    ErasureHeld = 161,
    NotificationNotFound = 162,
    RestrictionInForce = 163,
    RestrictionNotFound = 164,
    RequestNotFound = 165,
    RequestClosed = 166,
    RequestExtended = 167,
    HoldNotFound = 168,
    BreachNotFound = 169,
    BreachClosed = 170,
}

/// <summary>
/// A named refusal. <paramref name="Message"/> is for people; <paramref name="Metadata"/> holds everything
/// variable, the nearest thing that would work among it; <paramref name="Field"/> is the request field at fault,
/// if one is. Holds no profile data: refusals are stored.
/// </summary>
public sealed record Refusal(RefusalReason Reason, string Message, string? Field = null)
{
    private const byte _version = 1;

    public IReadOnlyList<(string Name, string Value)> Metadata { get; init; } = [];

    public Refusal With(string name, string value) => this with { Metadata = [.. Metadata, (name, value)] };

    public Refusal With(string name, long value) => With(name, value.ToString());

    /// <summary>For a call that needs what it names but is not about it: a precondition, not a lookup.</summary>
    public bool IsPrecondition { get; init; }

    public byte[] Encode() => new CanonicalWriter()
        .Byte(_version).Number((int)Reason).Text(Message).OptionalText(Field).Flag(IsPrecondition)
        .List(Metadata, static (w, pair) => w.Text(pair.Name).Text(pair.Value))
        .ToArray();

    public static Refusal Decode(byte[] bytes)
    {
        var reader = new CanonicalReader(bytes);
        if (reader.Byte() is var version && version != _version)
        {
            throw new FormatException($"A stored refusal has version {version}; this gateway reads {_version}.");
        }

        var refusal = new Refusal(reader.Value<RefusalReason>(), reader.Text(), reader.OptionalText())
        {
            IsPrecondition = reader.Flag(),
            Metadata = reader.List(static r => (r.Text(), r.Text())),
        };
        reader.End();
        return refusal;
    }
}
