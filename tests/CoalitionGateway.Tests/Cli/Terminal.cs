using Spectre.Console;

namespace CoalitionGateway.Tests.Cli;

/// <summary>Tests that run commands one after the other: the terminal they print to is one for the process, so that <c>tests/run</c> gives them a process of their own.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Trait("Terminal", "own")]
public sealed class TerminalCollection
{
    public const string Name = "terminal";
}

/// <summary>Catches what commands print, until it is disposed.</summary>
internal sealed class Terminal : IDisposable
{
    private readonly IAnsiConsole _before = AnsiConsole.Console;
    private readonly StringWriter _output = new();

    public Terminal()
    {
        AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(TextWriter.Synchronized(_output)),
        });
        AnsiConsole.Profile.Width = 1000;
    }

    public string[] Lines => _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public void Dispose() => AnsiConsole.Console = _before;
}
