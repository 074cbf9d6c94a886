using System.Security.Cryptography;

namespace CoalitionGateway.Platform.Keys;

/// <summary>
/// The gateway's secrets, made at the first start and kept in the data directory's folder "keys", readable by the owner
/// alone. If the secrets are lost, retries of old requests look like requests with a new body, and secrets that were issued
/// no longer work.
/// </summary>
internal sealed class GatewayKeys
{
    /// <summary>The folder of the data directory that holds the keys.</summary>
    public const string Folder = "keys";

    private const int _rootLength = 32;
    private const string _rootFile = "root.key";
    private const string _issuerFile = "issuer.pem";

    // The order of P-256's base point (FIPS 186-5): a private key is less than it.
    private static readonly byte[] _order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    private readonly byte[] _root;

    public GatewayKeys(GatewayOptions options)
    {
        PrivateFile.MakeFolder(options.DataDirectory);
        _root = ReadRoot(options.DataDirectory, () => Convert.ToHexString(RandomNumberGenerator.GetBytes(_rootLength)));

        Issuers = [SigningKey(options.DataDirectory, _issuerFile), .. Later(options.DataDirectory)];
        Log = DeriveKey(_root, "log-key");
        Peers = DeriveKey(_root, "peer-key");
        Fingerprint = Derive("fingerprint");
        PageToken = Derive("page-token");
        Macs = new MacKeys(options.DataDirectory, _root);
    }

    /// <summary>The keys that seal events and refusals.</summary>
    public MacKeys Macs { get; }

    /// <summary>The HMAC key of request fingerprints.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>The HMAC key of page tokens.</summary>
    public byte[] PageToken { get; }

    /// <summary>
    /// The keys for access tokens: P-256 for ES256 (RFC 7518, section 3.4). The last key signs; all keys are published.
    /// </summary>
    public IReadOnlyList<ECDsa> Issuers { get; }

    /// <summary>Signs the audit log's checkpoints: P-256, the same for all gateways with the same root.</summary>
    public ECDsa Log { get; }

    /// <summary>Authenticates gateways with the same root to each other: P-256.</summary>
    public ECDsa Peers { get; }

    /// <summary>
    /// A secret of 32 bytes, derived from the kind of secret, the caller and the request id. A retry of the same request
    /// gets the same secret, although the secret is not stored.
    /// </summary>
    public byte[] SecretFor(string kind, string caller, Guid requestId) =>
        HMACSHA256.HashData(Derive(kind), System.Text.Encoding.UTF8.GetBytes($"{caller}\n{requestId}"));

    /// <summary>The keyed hash under which a short secret is stored.</summary>
    public byte[] HashOf(string kind, string secret) =>
        HMACSHA256.HashData(Derive($"{kind}-hash"), System.Text.Encoding.UTF8.GetBytes(secret));

    private byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, 32, info: System.Text.Encoding.UTF8.GetBytes(purpose));

    /// <summary>Reads the log's key of a gateway that has run.</summary>
    /// <exception cref="FileNotFoundException">The directory has no key.</exception>
    public static ECDsa ReadLogKey(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, Folder, _rootFile);
        return DeriveKey(ReadRoot(dataDirectory, () => throw new FileNotFoundException($"{dataDirectory} holds no key of the audit log: there is no {path}.", path)), "log-key");
    }

    /// <summary>Reads the MAC keys of a gateway that has run; null if the directory has none.</summary>
    public static MacKeys? ReadMacKeys(string dataDirectory) => File.Exists(Path.Combine(dataDirectory, Folder, _rootFile))
        ? new MacKeys(dataDirectory, ReadRoot(dataDirectory, () => throw new FileNotFoundException($"{dataDirectory} holds no keys.")))
        : null;

    /// <summary>Derives the private key for a purpose from the root.</summary>
    private static ECDsa DeriveKey(byte[] root, string purpose)
    {
        for (var attempt = 0; ; attempt++)
        {
            var scalar = HKDF.DeriveKey(HashAlgorithmName.SHA256, root, 32, info: System.Text.Encoding.UTF8.GetBytes($"{purpose} {attempt}"));
            if (scalar.AsSpan().SequenceCompareTo(_order) < 0 && scalar.AsSpan().ContainsAnyExcept((byte)0))
            {
                return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
            }
        }
    }

    private static byte[] ReadRoot(string dataDirectory, Func<string> make)
    {
        var root = Convert.FromHexString(ReadOrMake(Path.Combine(dataDirectory, Folder), _rootFile, make));
        return root.Length == _rootLength
            ? root
            : throw new InvalidOperationException($"{Path.Combine(dataDirectory, Folder, _rootFile)} is damaged: it must hold {_rootLength} bytes as hexadecimal digits. Restore it from a backup.");
    }

    /// <summary>The keys issuer-….pem, by name.</summary>
    private static IEnumerable<ECDsa> Later(string dataDirectory) => Directory.EnumerateFiles(Path.Combine(dataDirectory, Folder), "issuer-*.pem")
        .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).Select(name => SigningKey(dataDirectory, name));

    private static ECDsa SigningKey(string dataDirectory, string name)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(ReadOrMake(Path.Combine(dataDirectory, Folder), name, static () =>
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return made.ExportPkcs8PrivateKeyPem();
        }));
        return key;
    }

    /// <summary>
    /// Reads a file, or makes it if it does not exist: complete and on the disk, readable by its owner alone.
    /// </summary>
    internal static string ReadOrMake(string folder, string name, Func<string> make)
    {
        var path = Path.Combine(folder, name);
        if (File.Exists(path))
        {
            return File.ReadAllText(path);
        }

        Directory.CreateDirectory(folder);
        // The file gets its name only when it is complete and on the disk. Otherwise half a key could be taken for a key.
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
