using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Platform.Schedules;

/// <summary>Settles one kind of what falls due. Each room registers its own.</summary>
internal interface ISchedule
{
    /// <summary>The kind, as the rows say it.</summary>
    string Kind { get; }

    /// <summary>Settles what fell due. Can be begun again at any time, and has one effect.</summary>
    /// <exception cref="RefusedException">There is nothing to settle any more.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer; a later sweep tries again.</exception>
    Task Settle(Due due, CancellationToken cancellation);
}
