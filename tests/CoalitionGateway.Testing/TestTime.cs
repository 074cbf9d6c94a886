namespace CoalitionGateway.Testing;

/// <summary>How long tests wait.</summary>
public static class TestTime
{
    /// <summary>How long a test waits for something that must happen. A busy machine can hold a test up for more than half a minute.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
}
