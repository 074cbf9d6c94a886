using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

/// <summary>Detects a database that another version of the gateway made.</summary>
internal static class OtherSchema
{
    /// <summary>
    /// Refuses a database whose schema this gateway does not know. A migration's name begins with the time at which it was
    /// made.
    /// </summary>
    /// <param name="context">Reads the database.</param>
    /// <param name="database">The database's name for the operator.</param>
    /// <exception cref="InvalidOperationException">A newer gateway made the database, or a gateway from before the first
    /// release.</exception>
    public static void Refuse(DbContext context, string database)
    {
        var known = context.Database.GetMigrations().ToArray();
        if (context.Database.GetAppliedMigrations().Except(known).FirstOrDefault() is not { } other)
        {
            return;
        }

        throw new InvalidOperationException(string.CompareOrdinal(other, known[^1]) > 0
            ? $"{database} was made by a newer gateway (schema {other}; this gateway's is {known[^1]}): use that one."
            : $"{database} was made by a gateway from before the first release (schema {other}), and no other reads it: begin with an empty one.");
    }
}
