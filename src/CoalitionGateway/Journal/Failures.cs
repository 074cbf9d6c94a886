using CoalitionGateway.Ledger;

namespace CoalitionGateway.Journal;

/// <summary>A rule refused a command; nothing changed.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal { get; } = refusal;
}

/// <summary>Too many commands wait; nothing was done.</summary>
internal sealed class JournalFullException(int capacity) : Exception($"{capacity} commands wait already; nothing was done.")
{
    public int Capacity { get; } = capacity;
}

/// <summary>The command may or may not have been committed; a retry with the same request id tells.</summary>
internal sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
