using System.CommandLine;
using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Client;
using Grpc.Core;
using Spectre.Console;

// The journal and the audit log have threads of their own. The pool begins with one less than there are processors, which
// spares most of the waking up between them, and grows where calls wait. Read once, when the pool is first used.
AppContext.SetData("System.Threading.ThreadPool.MinThreads", Math.Max(1, Environment.ProcessorCount - 1));

var root = new RootCommand("coalition: a gateway that connects partner brands into one loyalty coalition")
{
    DemoCommand.Create(),
    ServeCommand.Create(),
    ReplayCommand.Create(),
    VerifyCommand.Create(),
    ProveCommand.Create(),
    CheckCommand.Create(),
    MigrateCommand.Create(),
    RotateMasterKeyCommand.Create(),
    DataMapCommand.Create(),
};

if (Console.IsOutputRedirected)
{
    // For a file or another program: no colours, no line breaks of a terminal's width.
    AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
    AnsiConsole.Profile.Width = 1000;
}

if (PasswordsInArguments.Are(args))
{
    ErrorOutput.WriteLine(PasswordsInArguments.Warning);
}

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,

        // Longer than the gateway takes to finish what it accepted.
        ProcessTerminationTimeout = TimeSpan.FromSeconds(40),
    });
}
catch (Exception failed) when (failed is CommandFailedException or RpcException or TokenRefusedException or HttpRequestException)
{
    ErrorOutput.WriteLine(failed is RpcException call ? FailedCall.Say(call) : failed.Message);
    return 1;
}

namespace CoalitionGateway.Cli
{
    /// <summary>A command cannot do what it was asked; the message says why and what would help.</summary>
    internal sealed class CommandFailedException(string message, Exception? cause = null) : Exception(message, cause);
}
