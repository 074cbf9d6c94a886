namespace CoalitionGateway.Bench;

/// <summary>The embedded database: batches beside a commit for each call, and beside PostgreSQL.</summary>
internal static class Embedded
{
    private const int _members = 1000;

    /// <param name="postgres">Measures transfers on PostgreSQL, in the same cycle.</param>
    public static async Task Run(int cycles, TimeSpan slice, TimeSpan warm, Report report, Action<string, double> note, Func<Task<LoadResult>> postgres)
    {
        using var batched = await Server.Run(null);
        using var alone = await Server.Run(null, ("Gateway__JournalMaxBatch", "1"));
        var (many, one) = (await Coalition.Found(batched, _members), await Coalition.Found(alone, _members));
        await Load.Closed(64, warm, batched.Id, caller => many.Transfer(caller, _members));
        await Load.Closed(64, warm, alone.Id, caller => one.Transfer(caller, _members));
        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            var together = await Load.Closed(64, slice, batched.Id, caller => many.Transfer(caller, _members));
            report.Row("SQLite, batched", 64, together);
            var apart = await Load.Closed(64, slice, alone.Id, caller => one.Transfer(caller, _members));
            report.Row("SQLite, a commit each", 64, apart);
            var beside = await postgres();
            note("sqlite_vs_single", together.PerSecond / apart.PerSecond);
            note("sqlite_vs_postgres", together.PerSecond / beside.PerSecond);
            note("sqlite_p99_vs_p50", together.P99 / together.P50);
        }
    }
}
