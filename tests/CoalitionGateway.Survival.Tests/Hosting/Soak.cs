[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace CoalitionGateway.Survival.Tests.Hosting;

/// <summary>How long the tests go on: short by default, the full counts where SOAK=1.</summary>
internal static class Soak
{
    /// <summary>Far longer than anything here takes; what takes longer hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static int Count(int otherwise, int soak) => Environment.GetEnvironmentVariable("SOAK") == "1" ? soak : otherwise;

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
