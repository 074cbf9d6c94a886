using System.Security.Cryptography;

namespace CoalitionGateway;

/// <summary>
/// The gateway's secrets, made at the first start and kept in the data directory's folder "keys", readable by the
/// owner alone. Losing them makes retries of old requests look like new bodies and ends issued secrets.
/// </summary>
internal sealed class GatewayKeys
{
    /// <summary>The folder of the data directory that holds the keys.</summary>
    public const string Folder = "keys";

    private const int _rootLength = 32;
    private const string _logKey = "log.pem";
    private readonly byte[] _root;

    public GatewayKeys(GatewayOptions options)
    {
        _root = Convert.FromHexString(ReadOrMake(options.DataDirectory, "root.key", () => Convert.ToHexString(RandomNumberGenerator.GetBytes(_rootLength))));
        if (_root.Length != _rootLength)
        {
            throw new InvalidOperationException($"{Path.Combine(options.DataDirectory, Folder, "root.key")} is damaged: it must hold {_rootLength} bytes as hexadecimal digits. Restore it from a backup.");
        }

        Issuer = SigningKey(options.DataDirectory, "issuer.pem");
        Log = SigningKey(options.DataDirectory, _logKey);
        Fingerprint = Derive("fingerprint");
        PageToken = Derive("page-token");
    }

    /// <summary>Keys the fingerprints of requests.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>Keys page tokens.</summary>
    public byte[] PageToken { get; }

    /// <summary>Signs the embedded issuer's tokens: P-256 for ES256 (RFC 7518, section 3.4).</summary>
    public ECDsa Issuer { get; }

    /// <summary>Signs the audit log's checkpoints: P-256.</summary>
    public ECDsa Log { get; }

    /// <summary>
    /// A secret that a retry of the same request gets again without its being stored: 32 bytes from the kind of
    /// secret, the caller and the request id.
    /// </summary>
    public byte[] SecretFor(string kind, string caller, Guid requestId) =>
        HMACSHA256.HashData(Derive(kind), System.Text.Encoding.UTF8.GetBytes($"{caller}\n{requestId}"));

    /// <summary>The keyed hash under which a short secret is stored.</summary>
    public byte[] HashOf(string kind, string secret) =>
        HMACSHA256.HashData(Derive($"{kind}-hash"), System.Text.Encoding.UTF8.GetBytes(secret));

    private byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, 32, info: System.Text.Encoding.UTF8.GetBytes(purpose));

    /// <summary>The log's key of a gateway that has run.</summary>
    /// <exception cref="FileNotFoundException">The directory has none.</exception>
    public static ECDsa ReadLogKey(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, Folder, _logKey);
        var key = ECDsa.Create();
        key.ImportFromPem(File.Exists(path) ? File.ReadAllText(path) : throw new FileNotFoundException($"{dataDirectory} holds no key of the audit log: there is no {path}.", path));
        return key;
    }

    private static ECDsa SigningKey(string dataDirectory, string name)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(ReadOrMake(dataDirectory, name, static () =>
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return made.ExportPkcs8PrivateKeyPem();
        }));
        return key;
    }

    private static string ReadOrMake(string dataDirectory, string name, Func<string> make)
    {
        var folder = Path.Combine(dataDirectory, Folder);
        var path = Path.Combine(folder, name);
        if (File.Exists(path))
        {
            return File.ReadAllText(path);
        }

        Directory.CreateDirectory(folder);
        // Under its name only once it is whole and on the disk: half a key would be taken for one.
        var made = make();
        var unfinished = path + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(unfinished, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(made));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path);
        return made;
    }
}
