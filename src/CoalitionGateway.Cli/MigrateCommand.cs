using System.CommandLine;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Store.Postgres;
using Npgsql;
using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>coalition migrate: brings a PostgreSQL database to this gateway's schema.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var postgres = new Option<string>("--postgres") { Description = "Connection string of the role that owns the database; its password in a file (Passfile=FILE) or in PGPASSWORD", HelpName = "CONNECTION", Required = true };
        var keys = new Option<string?>("--postgres-keys") { Description = "The owner's connection string of the database for members' keys; by default beside the other, named like it with _keys behind", HelpName = "CONNECTION" };
        var role = new Option<string>("--app-role") { Description = "The role that gateways connect as; it must exist", HelpName = "ROLE", DefaultValueFactory = _ => "coalition_app" };
        var command = new Command("migrate", "Bring a PostgreSQL database to this gateway's schema") { postgres, keys, role };
        command.SetAction(parsed => Run(parsed.GetValue(postgres)!, parsed.GetValue(keys), parsed.GetValue(role)!));
        return command;
    }

    public static int Run(string postgres, string? keys, string role)
    {
        try
        {
            var applied = Gateway.Migrate(postgres, role);
            KeyDatabase.Prepare(keys ?? KeyDatabase.Beside(postgres), role);
            AnsiConsole.WriteLine(applied.Count == 0 ? "migrate: the schema was up to date" : $"migrate: applied {string.Join(", ", applied)}");
            return 0;
        }
        catch (Exception failed) when (failed is NpgsqlException or InvalidOperationException or ArgumentException)
        {
            throw new CommandFailedException($"The database was not migrated: {failed.Message}", failed);
        }
    }
}
