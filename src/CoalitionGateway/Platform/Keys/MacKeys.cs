using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Keys;

/// <summary>
/// The numbered keys that seal the gateways' decisions with MACs. Key 1 is derived from root.key: all gateways with the same
/// root have key 1, and restoring root.key restores key 1. Other keys are files keys/mac/NUMBER.key of 32 bytes as
/// hexadecimal digits. The highest number that is not retired seals; all keys prove. A file keys/mac/NUMBER.retired retires
/// a key: the key then proves nothing that is not in the signed log yet.
/// </summary>
internal sealed class MacKeys
{
    private const int _first = 1;
    private const int _keyLength = 32;
    private const int _macLength = 16;
    private const int _lookAgainMilliseconds = 500;
    private readonly string _folder;
    private readonly byte[] _root;
    private readonly ConcurrentDictionary<int, Key> _keys = [];
    private readonly ConcurrentDictionary<int, (bool Retired, long Looked)> _retired = [];
    private readonly Key _current;

    public MacKeys(string dataDirectory, byte[] root)
    {
        (_folder, _root) = (Path.Combine(dataDirectory, GatewayKeys.Folder, "mac"), root);
        var numbers = Files(".key").Append(_first).Where(number => !IsRetired(number)).ToArray();
        Current = numbers.Length > 0 ? numbers.Max() : throw new CryptographicException($"{_folder} retires all keys: add one that is not.");
        _current = Find(Current)!;
    }

    /// <summary>The number of the key that seals now.</summary>
    public int Current { get; }

    /// <summary>Seals bytes for a place in the log.</summary>
    public Mac Make(long place, byte[] bytes) => new(Current, _current.Compute(place, bytes));

    /// <summary>The reason why a MAC proves nothing, in words; null if the MAC is valid.</summary>
    public string? Doubt(long place, byte[] bytes, int keyId, byte[] mac)
    {
        if (Find(keyId) is not { } key)
        {
            return $"its MAC names key {keyId}, which is not in {_folder}";
        }

        return CryptographicOperations.FixedTimeEquals(key.Compute(place, bytes), mac)
            ? null
            : mac.Length == 0 ? "it has no MAC" : $"its MAC was not made by key {keyId} over these bytes at this place";
    }

    /// <summary>
    /// The same, for bytes that the signed log does not cover yet. A retired key proves nothing there, within a second of
    /// its retirement.
    /// </summary>
    public string? DoubtUnsigned(long place, byte[] bytes, int keyId, byte[] mac)
    {
        // A look at the folder for each event would cost more than its MAC.
        if (!_retired.TryGetValue(keyId, out var known) || Environment.TickCount64 - known.Looked > _lookAgainMilliseconds)
        {
            _retired[keyId] = known = (IsRetired(keyId), Environment.TickCount64);
        }

        return known.Retired ? $"its MAC names key {keyId}, which is retired" : Doubt(place, bytes, keyId, mac);
    }

    private bool IsRetired(int keyId) => File.Exists(Path.Combine(_folder, $"{keyId:0000}.retired"));

    /// <summary>Finds a key by its number, even if the key was added after the start.</summary>
    private Key? Find(int number)
    {
        if (_keys.TryGetValue(number, out var known))
        {
            return known;
        }

        var path = Path.Combine(_folder, $"{number:0000}.key");
        if (!File.Exists(path))
        {
            return number == _first ? _keys.GetOrAdd(number, _ => new Key(HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, _keyLength, info: "mac-key 1"u8.ToArray()))) : null;
        }

        var digits = File.ReadAllText(path).Trim();
        return digits.Length == 2 * _keyLength && digits.All(char.IsAsciiHexDigit)
            ? _keys.GetOrAdd(number, _ => new Key(Convert.FromHexString(digits)))
            : throw new CryptographicException($"{path} is damaged: it must hold {_keyLength} bytes as hexadecimal digits. Restore it.");
    }

    private IEnumerable<int> Files(string extension) => Directory.Exists(_folder)
        ? Directory.EnumerateFiles(_folder, "*" + extension).Select(path => int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= _first
            ? number
            : throw new CryptographicException($"{path} is not named with a number, as 0002{extension} is."))
        : [];

    /// <summary>One key and its HMAC objects. Reusing an object costs half as much as creating one for each event.</summary>
    private sealed class Key(byte[] key)
    {
        private readonly ConcurrentBag<IncrementalHash> _idle = [];

        public byte[] Compute(long place, byte[] bytes)
        {
            Span<byte> before = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(before, place);
            var hmac = _idle.TryTake(out var used) ? used : IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            hmac.AppendData(before);
            hmac.AppendData(bytes);
            Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
            hmac.GetHashAndReset(whole);
            _idle.Add(hmac);
            return whole[.._macLength].ToArray();
        }
    }
}
