using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Platform.Schedules;

/// <summary>Settles one kind of due item. Each room registers its own kinds.</summary>
internal interface ISchedule
{
    /// <summary>The kind: see <see cref="Due.Kind"/>.</summary>
    string Kind { get; }

    /// <summary>Settles a due item. Idempotent: may be called again at any time.</summary>
    /// <exception cref="RefusedException">There is nothing to settle any more.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer; a later sweep tries again.</exception>
    Task Settle(Due due, CancellationToken cancellation);
}
