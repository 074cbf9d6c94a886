namespace CoalitionGateway.Testing;

/// <summary>How much and how long tests try: a short run by default, everything with SOAK=1.</summary>
internal static class Soak
{
    public static readonly bool Soaks = Environment.GetEnvironmentVariable("SOAK") == "1";

    /// <summary>Far longer than any step takes. A step that takes longer hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static int Count(int otherwise, int soak) => Soaks ? soak : otherwise;

    /// <summary>Prints the results of a test.</summary>
    public static void Tell(string figures) => Console.WriteLine($"survival: {figures}");

    /// <summary>Waits until a condition holds.</summary>
    public static Task Until(Func<bool> isSo, string what) => Until(() => Task.FromResult(isSo()), what);

    public static async Task Until(Func<Task<bool>> isSo, string what)
    {
        for (var end = DateTime.UtcNow + Patience; !await isSo(); await Task.Delay(20))
        {
            Assert.True(DateTime.UtcNow < end, $"After {Patience.TotalSeconds} seconds: {what}");
        }
    }
}
