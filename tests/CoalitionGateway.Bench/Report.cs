using System.Text.Json;

namespace CoalitionGateway.Bench;

/// <summary>The results: a table for people, bench.json for programs.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
    private readonly SortedDictionary<string, double> _ratios = [];
    private readonly SortedDictionary<string, object> _ranges = [];
    private readonly List<object> _rows = [];
    private readonly List<string> _missed = [];

    public static void Title(string text) => Console.WriteLine($"\n== {text}");

    public void Row(string name, int callers, LoadResult result)
    {
        Console.WriteLine(
            $"{name,-28} {callers,4}  {result.PerSecond,8:0}/s  p50 {result.P50,7:0.00}  p95 {result.P95,7:0.00}  p99 {result.P99,7:0.00} ms  CPU µs: gateway {result.GatewayCpu,4:0} database {result.DatabaseCpu,4:0} client {result.ClientCpu,4:0}  failed {result.Failures}  steal {result.Cpu.Steal / 1e6:0.0} s");
        _rows.Add(new { name, callers, result.PerSecond, result.P50, result.P95, result.P99, result.GatewayCpu, result.DatabaseCpu, result.ClientCpu, result.Failures, steal_s = result.Cpu.Steal / 1e6 });
    }

    public static void Line(string text) => Console.WriteLine(text);

    /// <summary>Notes a ratio with one value per cycle. The median counts.</summary>
    /// <param name="must">The least value allowed. A negative number means: at most its absolute value.</param>
    public void Ratio(string name, IReadOnlyList<double> cycles, double must, double aim)
    {
        var sorted = cycles.Order().ToArray();
        if (sorted.Length == 0)
        {
            _missed.Add($"{name}: not measured");
            return;
        }

        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        var isMet = must >= 0 ? median >= must : median <= -must;
        Console.WriteLine($"{name,-28} {median,7:0.00}  ({sorted[0]:0.00} to {sorted[^1]:0.00} in {sorted.Length})  must {(must >= 0 ? "≥" : "≤")} {Math.Abs(must)}, aim {Math.Abs(aim)}{(isMet ? "" : "  MISSED")}");
        _ratios[name] = Math.Round(median, 3);
        _ranges[name] = new { least = sorted[0], most = sorted[^1], cycles = sorted.Length };
        if (!isMet)
        {
            _missed.Add($"{name}: {median:0.00}");
        }
    }

    public void Ratios(Dictionary<string, List<double>> found, IEnumerable<Ratio> wanted)
    {
        foreach (var (name, must, aim) in wanted)
        {
            Ratio(name, found.GetValueOrDefault(name) ?? [], must, aim);
        }
    }

    /// <summary>Writes bench.json and returns the exit code.</summary>
    public int Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "bench.json"), JsonSerializer.Serialize(new { ratios = _ratios, ranges = _ranges, rows = _rows, missed = _missed }, _json));
        Console.WriteLine(_missed.Count == 0 ? "\nbench: every ratio holds" : $"\nbench: {_missed.Count} missed: {string.Join("; ", _missed)}");
        return _missed.Count == 0 ? 0 : 1;
    }
}
