using System.CommandLine;
using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Client;
using Grpc.Core;
using Spectre.Console;

// The journal and the audit log have their own threads. The pool starts with one thread less than there are processors,
// which saves most wake-ups between them, and grows when calls wait. The value is read once, when the pool is first used.
AppContext.SetData("System.Threading.ThreadPool.MinThreads", Math.Max(1, Environment.ProcessorCount - 1));

var root = new RootCommand("coalition: a gateway that connects partner brands into one loyalty coalition")
{
    DemoCommand.Create(),
    ServeCommand.Create(),
    PortalCommand.Create(),
    ReplayCommand.Create(),
    VerifyCommand.Create(),
    VoidEventCommand.Create(),
    ProveCommand.Create(),
    CheckCommand.Create(),
    InviteOperatorCommand.Create(),
    MigrateCommand.Create(),
    RotateMasterKeyCommand.Create(),
    DataMapCommand.Create(),
};

if (Console.IsOutputRedirected)
{
    // For a file or another program: no colours, and no line breaks at a terminal's width.
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

        // Longer than the gateway needs to finish the calls that it accepted.
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
    /// <summary>A command cannot do its task. The message says why, and how to help.</summary>
    internal sealed class CommandFailedException(string message, Exception? cause = null) : Exception(message, cause);
}
