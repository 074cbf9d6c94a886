using Microsoft.Data.Sqlite;

namespace CoalitionGateway.Tests.Cli;

/// <summary>A temporary folder of one test. It is deleted when the test ends.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("coalition-cli-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A copy of the folder with the same files.</summary>
    public DataFolder Copy()
    {
        var copy = new DataFolder();
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            var target = copy.File(System.IO.Path.GetRelativePath(Path, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            System.IO.File.Copy(file, target);
        }

        return copy;
    }

    /// <summary>Changes the database directly, with the database's own checks switched off.</summary>
    public int Tamper(string sql, params (string Name, object Value)[] parameters)
    {
        using var connection = Open(SqliteOpenMode.ReadWrite);
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;";
        command.ExecuteNonQuery();
        foreach (var trigger in Query("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        {
            command.CommandText = $"DROP TRIGGER {trigger[0]}";
            command.ExecuteNonQuery();
        }

        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command.ExecuteNonQuery();
    }

    public IReadOnlyList<object[]> Query(string sql)
    {
        using var connection = Open(SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File("coalition.db"), Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
