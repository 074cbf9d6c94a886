
namespace CoalitionGateway.Ledger.Notifications;

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

    /// <summary>A consent ended by its age, or because its notice changed.</summary>
    ConsentExpired = 8,
}
