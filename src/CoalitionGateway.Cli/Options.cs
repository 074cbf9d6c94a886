using System.CommandLine;

namespace CoalitionGateway.Cli;

/// <summary>Options that several commands share.</summary>
internal static class Options
{
    public static Option<string> Data() => new("--data")
    {
        Description = "The data directory: database and keys",
        HelpName = "DIR",
        DefaultValueFactory = _ => "data",
    };

    public static Option<string?> Postgres() => new("--postgres")
    {
        Description = "A PostgreSQL database, instead of SQLite in the data directory; its password in a file (Passfile=FILE) or in PGPASSWORD",
        HelpName = "CONNECTION",
    };
}
