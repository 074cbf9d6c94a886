using Spectre.Console;

namespace CoalitionGateway.Cli;

/// <summary>Standard error: what went wrong. Standard output has results alone.</summary>
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
