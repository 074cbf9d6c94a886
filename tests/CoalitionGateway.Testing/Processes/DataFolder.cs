namespace CoalitionGateway.Testing.Processes;

/// <summary>A temporary folder of one test. It is deleted when the test ends.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("coalition-survival-").FullName;

    /// <summary>A folder with the same keys, for another gateway over the same database.</summary>
    public DataFolder WithSameKeys()
    {
        var other = new DataFolder();
        Directory.CreateDirectory(System.IO.Path.Combine(other.Path, "keys"));
        foreach (var key in Directory.EnumerateFiles(System.IO.Path.Combine(Path, "keys")))
        {
            File.Copy(key, System.IO.Path.Combine(other.Path, "keys", System.IO.Path.GetFileName(key)));
        }

        return other;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
