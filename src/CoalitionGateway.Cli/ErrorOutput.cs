using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>Writes errors to standard error. Standard output carries only results.</summary>
internal static class ErrorOutput
{
    public static void WriteLine(string text)
    {
        if (Console.IsErrorRedirected)
        {
            Console.Error.WriteLine(text);
            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.MarkupLineInterpolated($"[red]{text}[/]");
    }
}
