namespace CoalitionGateway.Bench;

/// <summary>CPU time of processes, in microseconds, and the CPU time that the machine's host took away (steal).</summary>
internal sealed record Cpu(double Gateway, double Database, double Client, double Steal)
{
    private const double _microsPerTick = 10_000;

    public static Cpu Read(params int[] gateways) => new(
        gateways.Sum(gateway => Of($"/proc/{gateway}")),
        OfDatabase(),
        Of("/proc/self"),
        double.Parse(File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[8]) * _microsPerTick);

    /// <summary>CPU time of all PostgreSQL processes.</summary>
    public static double OfDatabase() => Directory.GetDirectories("/proc").Where(IsPostgres).Sum(Of);

    public static Cpu operator -(Cpu after, Cpu before) => new(
        after.Gateway - before.Gateway, after.Database - before.Database, after.Client - before.Client, after.Steal - before.Steal);

    public static Cpu operator +(Cpu one, Cpu other) => new(
        one.Gateway + other.Gateway, one.Database + other.Database, one.Client + other.Client, one.Steal + other.Steal);

    private static bool IsPostgres(string process)
    {
        try
        {
            return int.TryParse(Path.GetFileName(process), out _) && File.ReadAllText($"{process}/comm").StartsWith("postgres", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    // User and system time. For servers also the time of children that have ended.
    private static double Of(string process)
    {
        try
        {
            var stat = File.ReadAllText($"{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (double.Parse(fields[11]) + double.Parse(fields[12]) + double.Parse(fields[13]) + double.Parse(fields[14])) * _microsPerTick;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
