using System.Security.Cryptography;
using CoalitionGateway.Platform.Keys;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>
/// The keys that wrap members' keys: files NAME.key of 32 bytes as hexadecimal digits, in the data directory's folder
/// keys/master. The last key by name wraps; the others only open the keys that they wrapped before. Files are read at each
/// use, so that a key added to a running gateway counts at once.
/// </summary>
internal sealed class MasterKeys(string dataDirectory)
{
    private const string _extension = ".key";
    private const int _keyLength = 32;
    private readonly string _folder = Path.Combine(dataDirectory, GatewayKeys.Folder, "master");

    /// <summary>The name of the key that wraps now.</summary>
    /// <exception cref="CryptographicException">There is no master key.</exception>
    public string Current => Names().LastOrDefault() ?? throw new CryptographicException($"{_folder} holds no master key. Restore it: what it wrapped opens with it alone.");

    /// <summary>Makes the first key, unless there is one.</summary>
    public void MakeFirst()
    {
        if (Names().Length == 0)
        {
            Write("0001");
        }
    }

    /// <summary>Makes a new key, which wraps from now on.</summary>
    /// <returns>The new key's name.</returns>
    public string Add()
    {
        var name = $"{(int.TryParse(Names().LastOrDefault(), out var last) ? last + 1 : 1):0000}";
        return Names().LastOrDefault() is { } before && string.CompareOrdinal(name, before) <= 0
            ? throw new InvalidOperationException($"{_folder}: {before}.key is not named with a number, so that the name of the next is not known; add a file whose name comes after it.")
            : Write(name);
    }

    /// <summary>Encrypts under the current key (AES-256-GCM).</summary>
    /// <param name="plain">The bytes to encrypt.</param>
    /// <param name="bound">The owner's id. The wrapped bytes open only with the same id.</param>
    public (string Master, byte[] Wrapped) Wrap(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> bound)
    {
        var name = Current;
        return (name, SealedBytes.Seal(Read(name), plain, bound));
    }

    /// <exception cref="CryptographicException">The master key is missing or is the wrong one, or the wrapped bytes were
    /// changed.</exception>
    public byte[] Unwrap(string master, ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> bound)
    {
        try
        {
            return SealedBytes.Open(Read(master), wrapped, bound);
        }
        catch (AuthenticationTagMismatchException mismatch)
        {
            throw new CryptographicException($"{Path.Combine(_folder, master + _extension)} is not the master key that wrapped this member's key, or the wrapped key was changed. Restore the one of this coalition.", mismatch);
        }
    }

    private string[] Names() => Directory.Exists(_folder)
        ? [.. Directory.EnumerateFiles(_folder, "*" + _extension).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)]
        : [];

    private byte[] Read(string name)
    {
        var path = Path.Combine(_folder, name + _extension);
        if (!File.Exists(path))
        {
            throw new CryptographicException($"The master key {path} is not there; it opens keys of members. Restore it.");
        }

        var digits = File.ReadAllText(path).Trim();
        return digits.Length == 2 * _keyLength && digits.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(digits)
            : throw new CryptographicException($"{path} is damaged: it must hold {_keyLength} bytes as hexadecimal digits. Restore it.");
    }

    private string Write(string name)
    {
        GatewayKeys.ReadOrMake(_folder, name + _extension, () => Convert.ToHexString(RandomNumberGenerator.GetBytes(_keyLength)));
        return name;
    }
}
