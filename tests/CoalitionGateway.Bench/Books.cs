using Npgsql;

namespace CoalitionGateway.Bench;

/// <summary>Checks the books after every slice. At the end, coalition verify checks everything.</summary>
internal static class Books
{
    /// <exception cref="InvalidOperationException">A programme's accounts do not add up to zero.</exception>
    public static void Check(params ReadOnlySpan<string> databases)
    {
        foreach (var database in databases)
        {
            using var connection = new NpgsqlConnection(database);
            connection.Open();
            using var command = new NpgsqlCommand("SELECT programme_id FROM account GROUP BY programme_id HAVING sum(balance_points) <> 0", connection);
            if (command.ExecuteScalar() is { } programme)
            {
                throw new InvalidOperationException($"The accounts of {programme} in {connection.Database} do not add up to zero.");
            }
        }
    }
}
