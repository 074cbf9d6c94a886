
namespace CoalitionGateway.Ledger.Notifications;

/// <summary>The subject of a notification (GDPR Art. 19). The numbers match the contract's.</summary>
public enum NotificationKind
{
    Rectified = 1,
    Erased = 2,
    Restricted = 3,
    RestrictionLifted = 4,

    /// <summary>Art. 7(3): the member withdrew a consent.</summary>
    ConsentWithdrawn = 5,

    /// <summary>The member refused a consent.</summary>
    ConsentRefused = 6,

    /// <summary>A consent ended because the membership under which it was given moved to another member.</summary>
    ConsentEnded = 7,

    /// <summary>A consent ended because of its age, or because its notice changed.</summary>
    ConsentExpired = 8,

    /// <summary>The member merged the number's membership into another one of the same programme.</summary>
    MembershipsMerged = 9,

    /// <summary>Points of the member expire soon.</summary>
    PointsExpire = 10,

    /// <summary>The member's tier ends soon.</summary>
    TierEnds = 11,

    /// <summary>Somebody began a new start of the member's sign-in. The member can cancel it for a while.</summary>
    NewStartBegun = 12,
}
