namespace CoalitionGateway.Cli.Demo;

/// <summary>The clock of the demo's gateway. The story moves it forward at its end.</summary>
internal sealed class DemoClock : TimeProvider
{
    private long _aheadTicks;

    /// <summary>How far it is ahead of the machine's clock.</summary>
    public TimeSpan Ahead => new(Interlocked.Read(ref _aheadTicks));

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    public void Pass(TimeSpan time) => Interlocked.Add(ref _aheadTicks, time.Ticks);
}
