using Microsoft.EntityFrameworkCore.Migrations;

namespace CoalitionGateway.Platform.Store.Sqlite.Migrations;

/// <summary>The part of the schema that EF has no words for. The initial migration ends with it.</summary>
internal static class LedgerSql
{
    /// <summary>Records are only ever added. Of a stored answer the fingerprint may be emptied: an erased member's requests are forgotten.</summary>
    public static void Apply(MigrationBuilder builder)
    {
        foreach (var table in new[] { "entry", "event", "request", "checkpoint", "log_member", "voided_event" })
        {
            Forbid(builder, table, "DELETE", "");
            Forbid(builder, table, "UPDATE", table == "request"
                ? """
                  WHEN NOT (new.fingerprint = x'' AND new.caller = old.caller AND new.request_id = old.request_id AND new.method = old.method
                      AND new.event_id IS old.event_id AND new.refusal IS old.refusal AND new.time = old.time AND new.mac IS old.mac AND new.mac_key_id IS old.mac_key_id)
                  """
                : "");
        }
    }

    private static void Forbid(MigrationBuilder builder, string table, string change, string when) => builder.Sql(
        $"""
        CREATE TRIGGER {table}_is_final_{change.ToLowerInvariant()} BEFORE {change} ON {table}
        {when} BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END
        """);
}
