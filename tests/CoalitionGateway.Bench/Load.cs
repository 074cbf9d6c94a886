using System.Collections.Concurrent;
using System.Diagnostics;

namespace CoalitionGateway.Bench;

/// <summary>The measurements of one load. Latencies are in milliseconds.</summary>
internal sealed record LoadResult(double PerSecond, double P50, double P95, double P99, long Calls, long Failures, Cpu Cpu)
{
    public double GatewayCpu => Cpu.Gateway / Math.Max(1, Calls);

    public double DatabaseCpu => Cpu.Database / Math.Max(1, Calls);

    public double ClientCpu => Cpu.Client / Math.Max(1, Calls);

    /// <summary>The mean of two slices of the same load and length.</summary>
    public static LoadResult Mean(LoadResult one, LoadResult other) => new(
        (one.PerSecond + other.PerSecond) / 2, (one.P50 + other.P50) / 2, (one.P95 + other.P95) / 2, (one.P99 + other.P99) / 2,
        one.Calls + other.Calls, one.Failures + other.Failures, one.Cpu + other.Cpu);
}

/// <summary>Runs callers in a closed or an open loop.</summary>
internal static class Load
{
    /// <summary>A closed loop: each caller calls again as soon as it has its answer.</summary>
    /// <param name="call">Makes one call of a caller; false if the call failed.</param>
    public static Task<LoadResult> Closed(int callers, TimeSpan time, int gateway, Func<int, Task<bool>> call) => Closed(callers, time, [gateway], call);

    public static async Task<LoadResult> Closed(int callers, TimeSpan time, int[] gateways, Func<int, Task<bool>> call)
    {
        var latencies = new ConcurrentBag<List<double>>();
        var failures = 0L;
        var before = Cpu.Read(gateways);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(async () =>
        {
            var own = new List<double>(4096);
            while (watch.Elapsed < time)
            {
                var start = Stopwatch.GetTimestamp();
                if (!await call(i))
                {
                    Interlocked.Increment(ref failures);
                }

                own.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            latencies.Add(own);
        })));
        return Result(latencies.SelectMany(own => own), watch.Elapsed, failures, Cpu.Read(gateways) - before);
    }

    /// <summary>
    /// An open loop: calls begin at a fixed rate, even if earlier calls have no answer yet. Latency counts from the time when a
    /// call was due.
    /// </summary>
    public static async Task<LoadResult> Open(double perSecond, TimeSpan time, int gateway, Func<int, Task<bool>> call)
    {
        var latencies = new ConcurrentBag<double>();
        var failures = 0L;
        var before = Cpu.Read(gateway);
        var watch = Stopwatch.StartNew();
        var running = new List<Task>();
        for (var i = 0; watch.Elapsed < time;)
        {
            for (; i < watch.Elapsed.TotalSeconds * perSecond; i++)
            {
                var (number, due) = (i, TimeSpan.FromSeconds(i / perSecond));
                running.Add(Task.Run(async () =>
                {
                    if (!await call(number))
                    {
                        Interlocked.Increment(ref failures);
                    }

                    latencies.Add((watch.Elapsed - due).TotalMilliseconds);
                }));
            }

            await Task.Delay(1);
        }

        await Task.WhenAll(running);
        return Result(latencies, watch.Elapsed, failures, Cpu.Read(gateway) - before);
    }

    private static LoadResult Result(IEnumerable<double> latencies, TimeSpan elapsed, long failures, Cpu cpu)
    {
        var sorted = latencies.Order().ToArray();
        return new LoadResult(
            (sorted.Length - failures) / elapsed.TotalSeconds, At(sorted, 0.5), At(sorted, 0.95), At(sorted, 0.99), sorted.Length, failures, cpu);
    }

    public static double At(double[] sorted, double part) => sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
}
