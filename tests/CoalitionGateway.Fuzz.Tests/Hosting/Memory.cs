using System.Globalization;
using System.Text.RegularExpressions;

namespace CoalitionGateway.Fuzz.Tests.Hosting;

/// <summary>The memory of this process: the gateway's part and the fuzzer's own, which is bounded.</summary>
internal sealed partial record Memory(long ManagedMegabytes, long RssMegabytes)
{
    private const long _mega = 1 << 20;

    /// <summary>Measured after a full garbage collection.</summary>
    public static Memory Settled()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new Memory(GC.GetTotalMemory(forceFullCollection: true) / _mega, Rss());
    }

    /// <summary>Resident memory as the kernel counts it.</summary>
    public static long Rss() => long.Parse(Resident().Match(File.ReadAllText("/proc/self/status")).Groups[1].Value, CultureInfo.InvariantCulture) / 1024;

    public override string ToString() => $"{ManagedMegabytes} MB managed, {RssMegabytes} MB resident";

    [GeneratedRegex(@"VmRSS:\s+(\d+) kB")]
    private static partial Regex Resident();
}
