using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Journal;

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

/// <summary>The partner has reached today's limit of stored commands; nothing was done.</summary>
internal sealed class DailyLimitException(long storedPerDay, TimeSpan untilNextDay)
    : Exception($"{storedPerDay} commands of the partner are stored today, the most there may be; the next day begins at 00:00 UTC.")
{
    public long StoredPerDay { get; } = storedPerDay;

    public TimeSpan UntilNextDay { get; } = untilNextDay;
}
