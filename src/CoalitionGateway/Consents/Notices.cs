using System.Reflection;
using System.Security.Cryptography;
using CoalitionGateway.Ledger.Consents;

namespace CoalitionGateway.Consents;

/// <summary>
/// The texts that members are shown, built in: Notices/VERSION.LANGUAGE.md. A published file is never changed; a
/// change is a new version.
/// </summary>
internal sealed class Notices
{
    private const string _folder = "Notices/";
    private readonly Dictionary<(string Version, string Language), (string Text, byte[] Sha256)> _texts = [];

    public Notices()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(_folder, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var (version, language) = resource[_folder.Length..].Split('.') is [var found, var spoken, "md"]
                ? (found, spoken)
                : throw new InvalidOperationException($"{resource} is not named VERSION.LANGUAGE.md.");
            _texts[(version, language)] = (System.Text.Encoding.UTF8.GetString(bytes), SHA256.HashData(bytes));
        }

        Current = _texts.Keys.Max(key => key.Version)!;
    }

    /// <summary>The version in force.</summary>
    public string Current { get; }

    public IEnumerable<string> Versions => _texts.Keys.Select(key => key.Version).Distinct().Order(StringComparer.Ordinal);

    public IEnumerable<string> Languages => _texts.Keys.Select(key => key.Language).Distinct().Order(StringComparer.Ordinal);

    public (string Text, byte[] Sha256)? Find(string version, string language) =>
        _texts.TryGetValue((version, language), out var found) ? found : null;

    /// <summary>What a consent cites; null where there is no such notice.</summary>
    public NoticeRef? Cite(string version, string language) =>
        Find(version, language) is { } found ? new NoticeRef(version, language, found.Sha256) : null;
}
