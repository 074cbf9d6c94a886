using System.Globalization;

namespace CoalitionGateway.Fuzz.Tests;

/// <summary>
/// The duration and the seed of the fuzzing: COALITION_FUZZ_SECONDS and COALITION_FUZZ_SEED. The default is less than a minute
/// (SOAK=1: an hour) and a printed random seed.
/// </summary>
internal static class Settings
{
    public static readonly int Seed = Number("COALITION_FUZZ_SEED") ?? Random.Shared.Next();

    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(Number("COALITION_FUZZ_SECONDS") ?? Soak.Count(35, 3600));

    /// <summary>Far longer than any answer takes. A call that takes longer hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public static void Tell(string figures) => Console.WriteLine($"fuzz: {figures}");

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
