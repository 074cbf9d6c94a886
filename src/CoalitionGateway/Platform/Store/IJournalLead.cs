namespace CoalitionGateway.Platform.Store;

/// <summary>
/// The lead among the gateways over one database. The leader writes for all gateways, signs the log and settles due items.
/// With two leaders, or none, the gateways are slower but never wrong. Used by one thread at a time.
/// </summary>
internal interface IJournalLead : IDisposable
{
    /// <summary>Takes the lead if no gateway has it. A leader that does not call this for 1.25 s loses the lead.</summary>
    /// <returns>Whether this gateway leads.</returns>
    /// <exception cref="StoreUnavailableException">The database does not answer: this gateway does not lead.</exception>
    bool Look();

    /// <summary>The address of the gateway that leads; empty if no gateway leads.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    string Leader();

    /// <summary>Gives up the lead.</summary>
    void Yield();
}
