using System.Reflection;
using System.Security.Cryptography;
using CoalitionGateway.Ledger.Consents;

namespace CoalitionGateway.Consents;

/// <summary>
/// The built-in texts that members are shown: Notices/VERSION.LANGUAGE.md. A published file never changes; a change is
/// a new version. Notices/versions.txt names each version as "material", which ends the consents given on older
/// versions, or as "editorial", which does not.
/// </summary>
internal sealed class Notices
{
    public const string DefaultLanguage = "en";

    private const string _folder = "Notices/";
    private const string _versions = "versions.txt";
    private readonly Dictionary<(string Version, string Language), (string Text, byte[] Sha256)> _texts = [];

    /// <param name="lastsMonths">How many months a consent lasts. 0: a consent does not expire.</param>
    public Notices(int lastsMonths = 0)
        : this(BuiltIn(), lastsMonths)
    {
    }

    /// <param name="files">The files by name.</param>
    /// <exception cref="InvalidOperationException">A file name or a line of versions.txt is malformed.</exception>
    internal Notices(IReadOnlyDictionary<string, byte[]> files, int lastsMonths = 0)
    {
        foreach (var (name, bytes) in files.Where(file => file.Key != _versions))
        {
            var key = name.Split('.') is [var version, var language, "md"]
                ? (version, language)
                : throw new InvalidOperationException($"{name} is not named VERSION.LANGUAGE.md.");
            _texts[key] = (System.Text.Encoding.UTF8.GetString(bytes), SHA256.HashData(bytes));
        }

        // The oldest version comes first. Consents are valid from the last material version on.
        var lines = System.Text.Encoding.UTF8.GetString(files[_versions]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<string> valid = [];
        List<(string Version, bool IsMaterial)> published = [];
        foreach (var line in lines)
        {
            if (line.Split(' ') is not [var version, "material" or "editorial"] || !Versions.Contains(version))
            {
                throw new InvalidOperationException($"{_versions}: '{line}' must name a version that is there, and say material or editorial.");
            }

            published.Add((version, line.EndsWith("material", StringComparison.Ordinal)));
            valid = published[^1].IsMaterial ? [version] : [.. valid, version];
        }

        Published = published;
        InForce = new NoticesInForce(valid[^1], valid) { LastsMonths = lastsMonths };
    }

    /// <summary>The version that is shown, and the versions on which consents are still valid.</summary>
    public NoticesInForce InForce { get; }

    /// <summary>All versions, oldest first, each with whether it ends the consents on earlier versions.</summary>
    public IReadOnlyList<(string Version, bool IsMaterial)> Published { get; }

    /// <summary>A version's texts in all languages.</summary>
    public IReadOnlyList<NoticeText> Texts(string version) =>
        [.. _texts.Where(found => found.Key.Version == version).OrderBy(found => found.Key.Language, StringComparer.Ordinal).Select(found => new NoticeText(found.Key.Language, found.Value.Sha256))];

    /// <summary>The notice for a partner's request: the current version, in the language that every version has.</summary>
    public NoticeRef ForRequests => Cite(InForce.Current, DefaultLanguage)!;

    public IEnumerable<string> Versions => _texts.Keys.Select(key => key.Version).Distinct().Order(StringComparer.Ordinal);

    public IEnumerable<string> Languages => _texts.Keys.Select(key => key.Language).Distinct().Order(StringComparer.Ordinal);

    public (string Text, byte[] Sha256)? Find(string version, string language) =>
        _texts.TryGetValue((version, language), out var found) ? found : null;

    /// <summary>The reference that a consent cites; null if there is no such notice.</summary>
    public NoticeRef? Cite(string version, string language) =>
        Find(version, language) is { } found ? new NoticeRef(version, language, found.Sha256) : null;

    private static Dictionary<string, byte[]> BuiltIn()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(_folder, StringComparison.Ordinal)).ToDictionary(
            name => name[_folder.Length..],
            name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                return bytes;
            });
    }
}
