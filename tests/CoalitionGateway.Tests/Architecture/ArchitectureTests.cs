using System.Text.RegularExpressions;

namespace CoalitionGateway.Tests.Architecture;

/// <summary>A source file, by its path below src and its text.</summary>
public sealed record SourceFile(string Path, string Text)
{
    /// <summary>The text without comments, where anything may be named.</summary>
    public string Code { get; } = Regex.Replace(Text, @"//[^\n]*", "");

    public string Project => Path.Split('/')[0];

    public string Room => Path.Split('/') is [_, var room, _, ..] ? room : "";

    public bool Names(string pattern) => Regex.IsMatch(Code, pattern);
}

/// <summary>Who may know whom. Each rule is held by the sources, and shown to fail once.</summary>
public sealed class ArchitectureTests
{
    private const string _capabilities = "Earning|Transfers|Pools|Consents|Members|Programmes|Audit";

    private static readonly Dictionary<string, Func<SourceFile, bool>> _broken = new()
    {
        ["the ledger knows no clock, no chance and no I/O"] = file => file.Project == "CoalitionGateway.Ledger"
            && file.Names(@"\b(UtcNow|DateTime\.Now|Guid\.NewGuid|CreateVersion7|new Random|Random\.Shared|System\.IO\b|File\.|HttpClient|Console\.|Task\b)"),
        ["the ledger's project refers to nothing"] = file => file.Path == "CoalitionGateway.Ledger/CoalitionGateway.Ledger.csproj"
            && file.Names("PackageReference|ProjectReference"),
        ["the client knows the protocol alone"] = file => file.Project == "CoalitionGateway.Client" && file.Path.EndsWith(".csproj", StringComparison.Ordinal)
            && Regex.Matches(file.Code, "ProjectReference Include=\"(?<of>[^\"]*)\"").Any(found => !found.Groups["of"].Value.Contains("CoalitionGateway.Protocol", StringComparison.Ordinal)),
        ["the store knows no generated type"] = file => IsIn(file, "Store") && file.Names(@"\bV1\.|Google\.Protobuf|Grpc\.Core"),
        ["the journal knows no generated type"] = file => IsIn(file, "Journal") && file.Names(@"\bV1\.|Google\.Protobuf|Grpc\.Core"),
        ["generated types appear in services, mappings and the rooms that read descriptors"] = file => file.Project == "CoalitionGateway"
            && !Regex.IsMatch(file.Path, @"(Service|Mapping)\.cs$") && file.Room is not ("Access" or "Disclosure" or "Rpc")
            && file.Names(@"\bV1\."),
        ["a capability knows no other capability"] = file => file.Project == "CoalitionGateway" && Regex.IsMatch(file.Room, $"^({_capabilities})$")
            && Regex.Matches(file.Code, $@"using CoalitionGateway\.(?<other>{_capabilities})\b").Any(found => found.Groups["other"].Value != file.Room),
        ["rooms that serve capabilities know none of them"] = file => file.Room is "Store" or "Journal" or "Access" or "OAuth" or "Rpc" or "Disclosure" && file.Project == "CoalitionGateway"
            && file.Names($@"using CoalitionGateway\.({_capabilities})\b"),
        ["names say something"] = file => Regex.IsMatch(file.Path, @"(Manager|Helper|Common|Util|Utils|Core|Misc)s?\.cs$"),
        ["a file stays within 300 lines"] = file => file.Path.EndsWith(".cs", StringComparison.Ordinal) && !file.Path.Contains("/Migrations/", StringComparison.Ordinal)
            && file.Text.Count(letter => letter == '\n') > 300,
    };

    private static readonly Dictionary<string, SourceFile> _offenders = new()
    {
        ["the ledger knows no clock, no chance and no I/O"] = new("CoalitionGateway.Ledger/Earning/X.cs", "var now = DateTime.UtcNow;"),
        ["the ledger's project refers to nothing"] = new("CoalitionGateway.Ledger/CoalitionGateway.Ledger.csproj", "<PackageReference Include=\"X\" />"),
        ["the client knows the protocol alone"] = new("CoalitionGateway.Client/CoalitionGateway.Client.csproj", "<ProjectReference Include=\"../CoalitionGateway/CoalitionGateway.csproj\" />"),
        ["the store knows no generated type"] = new("CoalitionGateway/Store/X.cs", "V1.Pool pool;"),
        ["the journal knows no generated type"] = new("CoalitionGateway/Journal/X.cs", "using Grpc.Core;"),
        ["generated types appear in services, mappings and the rooms that read descriptors"] = new("CoalitionGateway/Pools/PoolRules.cs", "V1.Pool pool;"),
        ["a capability knows no other capability"] = new("CoalitionGateway/Pools/PoolService.cs", "using CoalitionGateway.Transfers;"),
        ["rooms that serve capabilities know none of them"] = new("CoalitionGateway/Store/X.cs", "using CoalitionGateway.Transfers;"),
        ["names say something"] = new("CoalitionGateway/Rpc/GrpcHelper.cs", ""),
        ["a file stays within 300 lines"] = new("CoalitionGateway/Rpc/X.cs", new string('\n', 301)),
    };

    public static TheoryData<string> Rules => [.. _broken.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_IsHeldByAllSources(string rule) => Assert.Empty(Sources().Where(_broken[rule]).Select(file => file.Path));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_IsBrokenByAnOffender(string rule) => Assert.True(_broken[rule](_offenders[rule]));

    [Fact]
    public void Sources_AreAllThere() => Assert.InRange(Sources().Count(), 100, 1000);

    private static bool IsIn(SourceFile file, string room) => file.Project == "CoalitionGateway" && file.Room == room;

    private static IEnumerable<SourceFile> Sources()
    {
        var source = Path.Combine(Root(), "src");
        return Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(path => new SourceFile(Path.GetRelativePath(source, path).Replace('\\', '/'), File.ReadAllText(path)));
    }

    internal static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "CoalitionGateway.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run below the solution.");
    }
}
