using System.CommandLine;

namespace CoalitionGateway.Cli;

/// <summary>coalition data-map: prints the flow of personal data, from the contract's annotations.</summary>
internal static class DataMapCommand
{
    public static Command Create()
    {
        var command = new Command("data-map", "Print which personal data goes through which method, from whom and to whom, as Markdown");
        command.SetAction(_ => Console.Out.Write(Gateway.DataMap()));
        return command;
    }
}
