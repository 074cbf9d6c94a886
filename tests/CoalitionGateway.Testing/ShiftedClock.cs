namespace CoalitionGateway.Testing;

/// <summary>A clock that runs ahead of the machine's.</summary>
public sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
