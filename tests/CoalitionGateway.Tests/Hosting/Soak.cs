namespace CoalitionGateway.Tests.Hosting;

/// <summary>How much tests try: what takes a moment, or all that there is where SOAK=1.</summary>
internal static class Soak
{
    public static readonly bool Soaks = Environment.GetEnvironmentVariable("SOAK") == "1";
}
