namespace CoalitionGateway.Ledger.Tests.Formats;

/// <summary>
/// A file of docs/formats that is generated from the code. Tests compare it. With COALITION_WRITE_FORMATS=1 they rewrite it.
/// </summary>
internal static class DocumentedFile
{
    private static readonly bool _writes = Environment.GetEnvironmentVariable("COALITION_WRITE_FORMATS") == "1";

    public static string Folder { get; } = Path.Combine(Root(), "docs", "formats");

    public static string? Read(string name) =>
        Path.Combine(Folder, name) is var path && File.Exists(path) ? File.ReadAllText(path) : null;

    /// <summary>Rewrites the files, if COALITION_WRITE_FORMATS is set.</summary>
    public static void Write(Func<IReadOnlyDictionary<string, string>> files)
    {
        if (!_writes)
        {
            return;
        }

        foreach (var (name, content) in files())
        {
            var path = Path.Combine(Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }
    }

    public static void Check(string name, string content)
    {
        Assert.True(
            Read(name) == content,
            $"docs/formats/{name} is not what the code says; docs/formats/README.md says how to write it anew.");
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "CoalitionGateway.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run below the solution.");
    }
}
