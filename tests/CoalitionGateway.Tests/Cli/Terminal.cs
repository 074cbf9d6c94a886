using Spectre.Console;

namespace CoalitionGateway.Tests.Cli;

/// <summary>
/// Tests that run commands one at a time. They share the process's terminal, so <c>tests/run</c> gives them a separate process.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Trait("Terminal", "own")]
public sealed class TerminalCollection
{
    public const string Name = "terminal";
}

/// <summary>Captures the output of commands until it is disposed.</summary>
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
