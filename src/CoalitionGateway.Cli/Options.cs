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
}
