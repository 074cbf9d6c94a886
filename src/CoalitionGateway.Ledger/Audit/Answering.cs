using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Audit;

/// <summary>Which request an event answers: what the request's row says of it follows from the event.</summary>
public static class Answering
{
    private static readonly Dictionary<EventKind, string?> _methods = new()
    {
        [EventKind.PartnerRegistered] = "RegisterPartner",
        [EventKind.ProgrammeCreated] = "CreateProgramme",
        [EventKind.AgreementPublished] = "PublishAgreement",
        [EventKind.RoutePublished] = "PublishRoute",
        [EventKind.PurposesAgreed] = "AgreePurposes",
        [EventKind.ClosingRulePublished] = "PublishClosingRule",
        [EventKind.ClientKeysPublished] = "PublishClientKeys",
        [EventKind.PartnerSuspended] = "SuspendPartner",
        [EventKind.MemberEnrolled] = "EnrollMember",
        [EventKind.LinkCodeCreated] = "CreateLinkCode",
        [EventKind.MembershipLinked] = "LinkMembership",
        [EventKind.ProgrammeChosen] = "ChooseProgramme",
        [EventKind.MemberDisclosed] = null,
        [EventKind.DisclosureRefused] = null,
        [EventKind.ProfileRectified] = "RectifyProfile",
        [EventKind.ProcessingRestricted] = "RestrictProcessing",
        [EventKind.RestrictionLifted] = "LiftRestriction",
        [EventKind.SharingRefused] = "RefuseSharing",
        [EventKind.MemberErased] = "EraseMember",
        [EventKind.NotificationAcknowledged] = "AcknowledgeNotification",
        [EventKind.MembershipMoved] = null,
        [EventKind.PointsInherited] = null,
        [EventKind.PurchaseRecorded] = "RecordPurchase",
        [EventKind.PurchaseReversed] = "ReversePurchase",
        [EventKind.ReturnRecorded] = "RecordReturn",
        [EventKind.ReturnUndone] = "UndoReturn",
        [EventKind.TransferCreated] = "CreateTransfer",
        [EventKind.PoolCreated] = "CreatePool",
        [EventKind.MemberInvited] = "InviteMember",
        [EventKind.InvitationAccepted] = "AcceptInvitation",
        [EventKind.PointsContributed] = "ContributePoints",
        [EventKind.PointsWithdrawn] = "WithdrawPoints",
        [EventKind.PoolLeft] = "LeavePool",
        [EventKind.ConsentGiven] = "GiveConsent",
        [EventKind.ConsentWithdrawn] = "WithdrawConsent",
        [EventKind.ConsentRequested] = "RequestConsent",
        [EventKind.ConsentRefused] = "RefuseConsent",
        [EventKind.ConsentDeferred] = "DeferConsent",
        [EventKind.ConsentRenewed] = "GiveConsent",
        [EventKind.ConsentRevoked] = "RevokeConsent",
        [EventKind.NoticePublished] = null,
        [EventKind.GuardianCodeCreated] = "CreateGuardianCode",
        [EventKind.AuditRead] = null,
        [EventKind.RequestOpened] = "OpenRequest",
        [EventKind.RequestProlonged] = "ExtendRequest",
        [EventKind.RequestEnded] = "CloseRequest",
        [EventKind.HoldPlaced] = "PlaceHold",
        [EventKind.HoldReleased] = "ReleaseHold",
        [EventKind.BreachReported] = "ReportBreach",
        [EventKind.BreachNotified] = "CloseBreach",
        [EventKind.EventVoided] = "VoidEvent",
        [EventKind.VoidEntry] = null,
    };

    /// <summary>The kinds of event of which it is known whether they answer a request.</summary>
    public static IReadOnlyCollection<EventKind> Known => _methods.Keys;

    /// <summary>The row of the request that the event answers, without the fingerprint, which no event has; null: it answers none.</summary>
    public static Request? Answered(this Event made) => Method(made) is { } method
        ? new Request(made.Header.Actor.ToString(), made.Header.RequestId, method, [], made.Id, null, made.Time)
        : null;

    private static string? Method(Event made) => made is PartnerSuspended { IsSuspended: false } ? "ResumePartner" : _methods.GetValueOrDefault(made.Kind);
}
