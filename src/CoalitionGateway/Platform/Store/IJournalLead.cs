namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Who of the gateways over one database leads: it writes for all, signs the log and settles what fell due. Two that lead, or
/// none, make things slower and never wrong. For one thread at a time.
/// </summary>
internal interface IJournalLead : IDisposable
{
    /// <summary>
    /// Takes the lead where nobody has it. Who has it must look again within a second, or loses it.
    /// </summary>
    /// <returns>Null where this gateway leads; else the leader's address, empty where it is not known.</returns>
    /// <exception cref="StoreUnavailableException">The database does not answer: this gateway does not lead.</exception>
    string? Look();

    /// <summary>Leaves the lead to another.</summary>
    void Yield();
}
