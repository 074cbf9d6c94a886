using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Ledger;

/// <summary>The kinds of event. The numbers are stored and never reused.</summary>
public enum EventKind
{
    PartnerRegistered = 1,
    ProgrammeCreated = 2,
    AgreementPublished = 3,
    RoutePublished = 4,
    PurposesAgreed = 5,
    ClosingRulePublished = 6,
    ClientKeysPublished = 7,
    PartnerSuspended = 8,
    MemberEnrolled = 20,
    LinkCodeCreated = 21,
    MembershipLinked = 22,
    ProgrammeChosen = 23,
    MemberDisclosed = 24,
    DisclosureRefused = 25,
    ProfileRectified = 26,
    ProcessingRestricted = 27,
    RestrictionLifted = 28,
    SharingRefused = 29,
    MemberErased = 30,
    NotificationAcknowledged = 31,
    MembershipMoved = 32,
    PointsInherited = 33,
    PurchaseRecorded = 40,
    PurchaseReversed = 41,
    ReturnRecorded = 42,
    ReturnUndone = 43,
    TransferCreated = 60,
    PoolCreated = 80,
    MemberInvited = 81,
    InvitationAccepted = 82,
    PointsContributed = 83,
    PointsWithdrawn = 84,
    PoolLeft = 85,
    ConsentGiven = 100,
    ConsentWithdrawn = 101,
    ConsentRequested = 102,
    ConsentRefused = 103,
    ConsentDeferred = 104,
    ConsentRenewed = 105,
    ConsentRevoked = 106,
    NoticePublished = 107,
    GuardianCodeCreated = 108,
    AuditRead = 120,
    RequestOpened = 140,
    RequestProlonged = 141,
    RequestEnded = 142,
    HoldPlaced = 143,
    HoldReleased = 144,
    BreachReported = 145,
    BreachNotified = 146,
    EventVoided = 160,
    VoidEntry = 161,
}

/// <summary>Reads events back from their bytes.</summary>
public static class EventCodec
{
    internal const byte Version = 1;

    private static readonly Dictionary<EventKind, Func<EventHeader, CanonicalReader, Event>> _readers = new()
    {
        [EventKind.PartnerRegistered] = PartnerRegistered.Decode,
        [EventKind.ProgrammeCreated] = ProgrammeCreated.Decode,
        [EventKind.AgreementPublished] = AgreementPublished.Decode,
        [EventKind.RoutePublished] = RoutePublished.Decode,
        [EventKind.PurposesAgreed] = PurposesAgreed.Decode,
        [EventKind.ClosingRulePublished] = ClosingRulePublished.Decode,
        [EventKind.ClientKeysPublished] = ClientKeysPublished.Decode,
        [EventKind.PartnerSuspended] = PartnerSuspended.Decode,
        [EventKind.MemberEnrolled] = MemberEnrolled.Decode,
        [EventKind.LinkCodeCreated] = LinkCodeCreated.Decode,
        [EventKind.MembershipLinked] = MembershipLinked.Decode,
        [EventKind.ProgrammeChosen] = ProgrammeChosen.Decode,
        [EventKind.MemberDisclosed] = MemberDisclosed.Decode,
        [EventKind.DisclosureRefused] = DisclosureRefused.Decode,
        [EventKind.ProfileRectified] = ProfileRectified.Decode,
        [EventKind.ProcessingRestricted] = ProcessingRestricted.Decode,
        [EventKind.RestrictionLifted] = RestrictionLifted.Decode,
        [EventKind.SharingRefused] = SharingRefused.Decode,
        [EventKind.MemberErased] = MemberErased.Decode,
        [EventKind.NotificationAcknowledged] = NotificationAcknowledged.Decode,
        [EventKind.MembershipMoved] = MembershipMoved.Decode,
        [EventKind.PointsInherited] = PointsInherited.Decode,
        [EventKind.PurchaseRecorded] = PurchaseRecorded.Decode,
        [EventKind.PurchaseReversed] = PurchaseReversed.Decode,
        [EventKind.ReturnRecorded] = ReturnRecorded.Decode,
        [EventKind.ReturnUndone] = ReturnUndone.Decode,
        [EventKind.TransferCreated] = TransferCreated.Decode,
        [EventKind.PoolCreated] = PoolCreated.Decode,
        [EventKind.MemberInvited] = MemberInvited.Decode,
        [EventKind.InvitationAccepted] = InvitationAccepted.Decode,
        [EventKind.PointsContributed] = PointsContributed.Decode,
        [EventKind.PointsWithdrawn] = PointsWithdrawn.Decode,
        [EventKind.PoolLeft] = PoolLeft.Decode,
        [EventKind.ConsentGiven] = ConsentGiven.Decode,
        [EventKind.ConsentWithdrawn] = ConsentWithdrawn.Decode,
        [EventKind.ConsentRequested] = ConsentChanged.Decode(ConsentState.Requested),
        [EventKind.ConsentRefused] = ConsentChanged.Decode(ConsentState.Refused),
        [EventKind.ConsentDeferred] = ConsentChanged.Decode(ConsentState.Deferred),
        [EventKind.ConsentRenewed] = ConsentChanged.Decode(ConsentState.Renewed),
        [EventKind.ConsentRevoked] = ConsentChanged.Decode(ConsentState.Revoked),
        [EventKind.NoticePublished] = NoticePublished.Decode,
        [EventKind.GuardianCodeCreated] = GuardianCodeCreated.Decode,
        [EventKind.AuditRead] = AuditRead.Decode,
        [EventKind.RequestOpened] = RequestOpened.Decode,
        [EventKind.RequestProlonged] = RequestProlonged.Decode,
        [EventKind.RequestEnded] = RequestEnded.Decode,
        [EventKind.HoldPlaced] = HoldPlaced.Decode,
        [EventKind.HoldReleased] = HoldReleased.Decode,
        [EventKind.BreachReported] = BreachReported.Decode,
        [EventKind.BreachNotified] = BreachNotified.Decode,
        [EventKind.EventVoided] = EventVoided.Decode,
        [EventKind.VoidEntry] = VoidEntry.Decode,
    };

    /// <exception cref="FormatException">The bytes are no event that this version knows.</exception>
    public static Event Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        if (reader.Byte() is var version && version != Version)
        {
            throw new FormatException($"A stored event has format version {version}; this gateway reads {Version}.");
        }

        var read = _readers[reader.Value<EventKind>()];

        var header = new EventHeader(new EventId(reader.Uuid()), reader.Time(), Caller.Parse(reader.Text()), reader.Uuid());
        var decoded = read(header, reader);
        reader.End();
        return decoded;
    }

    internal static CanonicalWriter Postings(this CanonicalWriter writer, IReadOnlyList<Posting> postings) =>
        writer.List(postings, static (w, posting) => posting.Encode(w));

    internal static Posting[] Postings(this CanonicalReader reader) => reader.List(Posting.Decode);
}
