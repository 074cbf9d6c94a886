namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Who of the gateways over one database leads: it writes for all, signs the log and settles what fell due. Two that lead, or
/// none, make things slower and never wrong. For one thread at a time.
/// </summary>
internal interface IJournalLead : IDisposable
{
    /// <summary>
    /// Takes the lead where nobody has it. A leader that does not look for 1.25 s loses it.
    /// </summary>
    /// <returns>Whether this gateway leads.</returns>
    /// <exception cref="StoreUnavailableException">The database does not answer: this gateway does not lead.</exception>
    bool Look();

    /// <summary>The address of the gateway that leads; empty where nobody does.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    string Leader();

    /// <summary>Leaves the lead to another.</summary>
    void Yield();
}
