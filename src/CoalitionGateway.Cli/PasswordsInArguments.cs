using Npgsql;

namespace CoalitionGateway.Cli;

/// <summary>
/// A password in a connection string on the command line: every process of the machine can read it there, and shells keep
/// it. Connection strings name a file instead, or the environment has the password.
/// </summary>
internal static class PasswordsInArguments
{
    public const string Warning =
        "A password is among the arguments, where every process of this machine can read it. Put it in a file that only you can read, with a line host:port:database:user:password, and name the file with Passfile=FILE in the connection string or in PGPASSFILE; or put the password in PGPASSWORD.";

    public static bool Are(IEnumerable<string> arguments) => arguments.Any(HasPassword);

    private static bool HasPassword(string argument)
    {
        var text = argument.StartsWith("--postgres", StringComparison.Ordinal) ? argument[(argument.IndexOfAny(['=', ':']) + 1)..] : argument;
        try
        {
            return text.Contains('=', StringComparison.Ordinal) && !string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(text).Password);
        }
        catch (ArgumentException)
        {
            // No connection string.
            return false;
        }
    }
}
