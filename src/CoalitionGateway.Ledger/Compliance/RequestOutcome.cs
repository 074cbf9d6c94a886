namespace CoalitionGateway.Ledger.Compliance;

/// <summary>How a request ended. The numbers match the contract's.</summary>
public enum RequestOutcome
{
    Fulfilled = 1,

    /// <summary>Art. 12(5)(b): the request is manifestly unfounded or excessive.</summary>
    Unfounded = 2,

    /// <summary>Art. 12(6): the person could not be identified.</summary>
    NotIdentified = 3,

    /// <summary>Art. 17(3): the law requires or allows that the data is kept.</summary>
    KeptByLaw = 4,

    /// <summary>The member withdrew the request.</summary>
    Withdrawn = 5,
}
