using System.Text.RegularExpressions;

namespace CoalitionGateway.Tests.Architecture;

/// <summary>
/// The allowed dependencies. All sources follow each rule, and an example shows that the rule can fail. A new folder is covered
/// without being named here.
/// </summary>
public sealed class ArchitectureTests
{
    private const string _gateway = "CoalitionGateway";
    private const string _portal = "CoalitionGateway.Portal";
    private const string _ledger = "CoalitionGateway.Ledger";

    private static readonly Dictionary<string, (Func<IReadOnlyList<SourceFile>, IEnumerable<string>> Broken, SourceFile[] Offenders)> _rules = new()
    {
        ["the ledger knows no clock, no chance and no I/O"] = (
            Each(file => file.Project == _ledger
                && file.Names(@"\b(UtcNow|DateTime\.Now|Guid\.NewGuid|CreateVersion7|new Random|Random\.Shared|System\.IO\b|File\.|HttpClient|Console\.|Task\b)")),
            [new("CoalitionGateway.Ledger/Earning/X.cs", "var now = DateTime.UtcNow;")]),
        ["the ledger's project refers to the calendar alone"] = (
            Each(file => file.Path == "CoalitionGateway.Ledger/CoalitionGateway.Ledger.csproj" && file.Names("ProjectReference|PackageReference(?! Include=\"NodaTime\")")),
            [new("CoalitionGateway.Ledger/CoalitionGateway.Ledger.csproj", "<PackageReference Include=\"X\" />")]),
        ["the client knows the protocol alone"] = (
            Each(file => file.Project == "CoalitionGateway.Client" && !file.IsCode
                && Regex.Matches(file.Text, "ProjectReference Include=\"(?<of>[^\"]*)\"").Any(found => !found.Groups["of"].Value.Contains("CoalitionGateway.Protocol", StringComparison.Ordinal))),
            [new("CoalitionGateway.Client/CoalitionGateway.Client.csproj", "<ProjectReference Include=\"../CoalitionGateway/CoalitionGateway.csproj\" />")]),
        ["the portal knows the client alone"] = (
            Each(file => file.Project == _portal && !file.IsCode
                && Regex.Matches(file.Text, "ProjectReference Include=\"(?<of>[^\"]*)\"").Any(found => !found.Groups["of"].Value.Contains("CoalitionGateway.Client", StringComparison.Ordinal))),
            [new("CoalitionGateway.Portal/CoalitionGateway.Portal.csproj", "<ProjectReference Include=\"../CoalitionGateway/CoalitionGateway.csproj\" />")]),
        ["a room of the portal knows no other; the first page shows something of each"] = (
            files => Known(files, _portal, (file, room) => file.Room is not ("" or "Home" or "Layout" or "SignIn" or "Words") && room is not ("Layout" or "SignIn" or "Words")),
            [new("CoalitionGateway.Portal/Pools/X.cs", ""), new("CoalitionGateway.Portal/Transfers/Y.cs", "using CoalitionGateway.Portal.Pools;")]),
        ["the store and the journal know no generated type"] = (
            Each(file => file.Project == _gateway && file.Room is "Platform.Store" or "Platform.Journal" && file.Names(@"\bV1\.|Google\.Protobuf|Grpc\.Core")),
            [new("CoalitionGateway/Platform/Store/X.cs", "V1.Pool pool;"), new("CoalitionGateway/Platform/Journal/X.cs", "using Grpc.Core;")]),
        ["a capability has generated types in its service, its methods, its mapping and the entries of its streams alone"] = (
            Each(file => file.Project == _gateway && file.Room.Length > 0 && !file.IsPlatform && !Regex.IsMatch(file.Path, @"(Service|Methods|Mapping|Entries)\.cs$") && file.Names(@"\bV1\.")),
            [new("CoalitionGateway/Pools/PoolRules.cs", "V1.Pool pool;")]),
        ["a capability knows no other capability"] = (
            files => Known(files, _gateway, (file, room) => !file.IsPlatform && file.Room.Length > 0 && !room.StartsWith("Platform.", StringComparison.Ordinal)),
            [new("CoalitionGateway/Transfers/X.cs", ""), new("CoalitionGateway/Pools/PoolService.cs", "using CoalitionGateway.Transfers;")]),
        ["the platform knows no capability"] = (
            files => Known(files, _gateway, (file, room) => file.IsPlatform && !room.StartsWith("Platform.", StringComparison.Ordinal)),
            [new("CoalitionGateway/Transfers/X.cs", ""), new("CoalitionGateway/Platform/Store/X.cs", "using CoalitionGateway.Transfers;")]),
        ["no rooms of the platform know each other in a circle"] = (
            files => Circles([.. files.Where(file => file.Project == _gateway && file.IsPlatform)]),
            [new("CoalitionGateway/Platform/A/X.cs", "using CoalitionGateway.Platform.B;"), new("CoalitionGateway/Platform/B/Y.cs", "A.X x;")]),
        ["no rooms of the ledger know each other in a circle"] = (
            files => Circles([.. files.Where(file => file.Project == _ledger)]),
            [new("CoalitionGateway.Ledger/A/X.cs", "using CoalitionGateway.Ledger.B;"), new("CoalitionGateway.Ledger/B/Y.cs", "using CoalitionGateway.Ledger.A;")]),
        ["names say something"] = (
            Each(file => Regex.IsMatch(file.Path, @"(Manager|Helper|Common|Util|Utils|Core|Misc)s?\.cs$")),
            [new("CoalitionGateway/Platform/Rpc/GrpcHelper.cs", "")]),
        ["a file stays within 300 lines, but for what is generated and the words of a language"] = (
            Each(file => file.IsCode && !file.Path.Contains("/Migrations/", StringComparison.Ordinal) && !file.Path.Contains("/Words/PortalWords.", StringComparison.Ordinal) && file.Text.Count(letter => letter == '\n') > 300),
            [new("CoalitionGateway/Platform/Rpc/X.cs", new string('\n', 301))]),
    };

    public static TheoryData<string> Rules => [.. _rules.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_IsFollowedByAllSources(string rule) => Assert.Empty(_rules[rule].Broken(Sources()));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_IsBrokenByItsExample(string rule) => Assert.NotEmpty(_rules[rule].Broken(_rules[rule].Offenders));

    [Fact]
    public void Sources_AreFound() => Assert.InRange(Sources().Count, 100, 1000);

    internal static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "CoalitionGateway.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not run below the solution.");
    }

    private static Func<IReadOnlyList<SourceFile>, IEnumerable<string>> Each(Func<SourceFile, bool> isBroken) =>
        files => files.Where(isBroken).Select(file => file.Path);

    private static IEnumerable<string> Known(IReadOnlyList<SourceFile> files, string project, Func<SourceFile, string, bool> isBroken)
    {
        var rooms = RoomsOf(files.Where(file => file.Project == project));
        return
            from file in files
            where file.Project == project && file.IsCode
            from room in file.Knows(rooms)
            where isBroken(file, room)
            select $"{file.Path} knows {room}";
    }

    /// <summary>The pairs of folders that depend on each other, directly or through others.</summary>
    private static IEnumerable<string> Circles(IReadOnlyList<SourceFile> files)
    {
        var rooms = RoomsOf(files);
        var known = files.Where(file => file.IsCode && file.Room.Length > 0).SelectMany(file => file.Knows(rooms).Select(room => (From: file.Room, To: room, file.Path)))
            .ToLookup(found => found.From);
        return
            from room in rooms
            from step in known[room]
            where Reaches(step.To, room, [])
            select $"{step.Path} knows {step.To}, which knows {room}";

        bool Reaches(string from, string to, HashSet<string> seen) => from == to || (seen.Add(from) && known[from].Any(step => Reaches(step.To, to, seen)));
    }

    private static HashSet<string> RoomsOf(IEnumerable<SourceFile> files) => [.. files.Select(file => file.Room).Where(room => room.Length > 0)];

    private static IReadOnlyList<SourceFile> Sources()
    {
        var source = Path.Combine(Root(), "src");
        return
        [
            .. Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
                .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".csproj", StringComparison.Ordinal))
                .Select(path => new SourceFile(Path.GetRelativePath(source, path).Replace('\\', '/'), File.ReadAllText(path))),
        ];
    }
}
