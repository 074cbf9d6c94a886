using Npgsql;

namespace CoalitionGateway.Cli;

/// <summary>
/// Detects a password in a connection string on the command line. Every process of the machine can read it there, and
/// shells keep it in their history. A password belongs in a file that the connection string names, or in the environment.
/// </summary>
internal static class PasswordsInArguments
{
    public const string Warning =
        "A password is among the arguments, where every process of this machine can read it. Put it in a file that only you can read, with a line host:port:database:user:password, and name the file with Passfile=FILE in the connection string or in PGPASSFILE; or put the password in PGPASSWORD.";

    public static bool Are(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            // As "--postgres VALUE", "--postgres=VALUE" or "--postgres:VALUE"; --postgres-keys likewise.
            var end = arguments[i].IndexOfAny(['=', ':']);
            if (arguments[i].StartsWith("--postgres", StringComparison.Ordinal) && HasPassword(end >= 0 ? arguments[i][(end + 1)..] : arguments.ElementAtOrDefault(i + 1) ?? ""))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasPassword(string connection)
    {
        try
        {
            return !string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connection).Password);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or KeyNotFoundException or FormatException or OverflowException)
        {
            // The command reports the broken connection string.
            return false;
        }
    }
}
