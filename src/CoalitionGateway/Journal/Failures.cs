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
