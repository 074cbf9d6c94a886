using CoalitionGateway.Client;
using Grpc.Core;
using Spectre.Console;

namespace CoalitionGateway.Cli.Demo;

/// <summary>Prints the demo's steps and compares each outcome with the expected one.</summary>
internal sealed class Story
{
    private readonly List<string> _differences = [];
    private int _step;

    public bool IsAsTold => _differences.Count == 0;

    public static void Chapter(string title) => AnsiConsole.MarkupLineInterpolated($"\n[bold underline]{title}[/]");

    /// <summary>Runs one step. A failure counts as a difference, and the story goes on.</summary>
    public async Task Step(string title, Func<Task<string>> act)
    {
        _step++;
        var before = _differences.Count;
        string outcome;
        try
        {
            outcome = await act();
        }
        catch (RpcException failed)
        {
            outcome = $"{failed.StatusCode}: {failed.Status.Detail}";
            Differ($"did not expect {outcome}");
        }
        catch (Exception failed) when (failed is ArgumentException or InvalidOperationException or TokenRefusedException)
        {
            // The step could not interpret the answer.
            outcome = failed.Message;
            Differ($"did not expect {outcome}");
        }

        var sign = _differences.Count == before ? "[green]✓[/]" : "[red]✗[/]";
        AnsiConsole.MarkupLine($"{sign} [bold]{_step}.[/] {Markup.Escape(title)}");
        AnsiConsole.MarkupLine($"     [grey]{Markup.Escape(outcome)}[/]");
    }

    public void Expect<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            Differ($"{what}: expected {expected}, got {actual}");
        }
    }

    /// <summary>Expects that the gateway refuses the call for the given reason. Returns the refusal.</summary>
    public async Task<GatewayRefusal?> ExpectRefusal(StatusCode code, string reason, Func<Task> call)
    {
        try
        {
            await call();
            Differ($"expected {code} / {reason}, and it went through");
            return null;
        }
        catch (RpcException failed)
        {
            var refusal = GatewayRefusal.From(failed);
            Expect("refusal", $"{code} / {reason}", $"{failed.StatusCode} / {refusal?.ReasonText}");
            return refusal;
        }
    }

    /// <summary>Prints the differences and the last line. Returns the exit code.</summary>
    public int End()
    {
        AnsiConsole.WriteLine();
        foreach (var difference in _differences)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{difference}[/]");
        }

        AnsiConsole.WriteLine(IsAsTold ? $"demo: {_step} steps, all as expected" : $"demo: {_step} steps, {_differences.Count} not as expected");
        return IsAsTold ? 0 : 1;
    }

    private void Differ(string text) => _differences.Add($"step {_step}: {text}");
}
