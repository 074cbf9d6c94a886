using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Platform.Schedules;

/// <summary>Settles one kind of due item. Each room registers its own kinds.</summary>
internal interface ISchedule
{
    /// <summary>The kind: see <see cref="Due.Kind"/>.</summary>
    string Kind { get; }

    /// <summary>Settles due items. Idempotent: may be called again at any time.</summary>
    /// <returns>How many were settled. For the others there was nothing to settle any more.</returns>
    /// <exception cref="StoreUnavailableException">The store does not answer; a later sweep tries again.</exception>
    Task<int> Settle(IReadOnlyCollection<Due> due, CancellationToken cancellation);
}
