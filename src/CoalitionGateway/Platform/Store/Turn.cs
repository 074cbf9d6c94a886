namespace CoalitionGateway.Platform.Store;

/// <summary>A turn of the journal. The stamp is random: turns of two histories can have one number and never one stamp.</summary>
/// <param name="Number">The turn's place, from 1; 0: before the first.</param>
/// <param name="Stamp">Empty before the first turn.</param>
internal readonly record struct Turn(long Number, Guid Stamp);
