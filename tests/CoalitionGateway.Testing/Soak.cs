namespace CoalitionGateway.Testing;

/// <summary>How much tests try and for how long: what takes a moment, or all that there is where SOAK=1.</summary>
internal static class Soak
{
    public static readonly bool Soaks = Environment.GetEnvironmentVariable("SOAK") == "1";

    /// <summary>Far longer than anything here takes; what takes longer hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static int Count(int otherwise, int soak) => Soaks ? soak : otherwise;

    /// <summary>Prints what a test found.</summary>
    public static void Tell(string figures) => Console.WriteLine($"survival: {figures}");

    /// <summary>Waits until something is so.</summary>
    public static async Task Until(Func<bool> isSo, string what)
    {
        for (var end = DateTime.UtcNow + Patience; !isSo(); await Task.Delay(20))
        {
            Assert.True(DateTime.UtcNow < end, $"After {Patience.TotalSeconds} seconds: {what}");
        }
    }
}
