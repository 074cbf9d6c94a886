using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One key with its value: bytes where the key ends in "-bin", ASCII text otherwise. Immutable.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

        private readonly string? text;
        private readonly byte[]? bytes;

        /// <summary>An entry of bytes, which are copied. The key must end in "-bin".</summary>
        public Entry(string key, byte[] valueBytes)
        {
            Key = Normalize(key);
            ArgumentNullException.ThrowIfNull(valueBytes);
            if (!HasBinarySuffix(Key))
            {
                throw new ArgumentException($"The key of an entry of bytes must end in '{BinaryHeaderSuffix}'.", nameof(key));
            }

            bytes = (byte[])valueBytes.Clone();
        }

        /// <summary>An entry of text. The key must not end in "-bin". Characters beyond ASCII are not refused, but do not travel.</summary>
        public Entry(string key, string value)
        {
            Key = Normalize(key);
            ArgumentNullException.ThrowIfNull(value);
            if (HasBinarySuffix(Key))
            {
                throw new ArgumentException($"The key of an entry of text must not end in '{BinaryHeaderSuffix}'.", nameof(key));
            }

            text = value;
        }

        /// <summary>The key in lower case.</summary>
        public string Key { get; }

        public bool IsBinary => bytes is not null;

        /// <summary>The text; an entry of bytes throws <see cref="InvalidOperationException"/>.</summary>
        public string Value => text ?? throw new InvalidOperationException($"The entry '{Key}' holds bytes, not text.");

        /// <summary>A new copy of the bytes, or the text as ASCII bytes.</summary>
        public byte[] ValueBytes => bytes is null ? Encoding.ASCII.GetBytes(Value) : (byte[])bytes.Clone();

        public override string ToString() => bytes is null
            ? $"[Entry: key={Key}, value={text}]"
            : $"[Entry: key={Key}, valueBytes={Convert.ToBase64String(bytes)}]";

        private static bool HasBinarySuffix(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        private static string Normalize(string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            if (!key.AsSpan().ContainsAnyExcept(KeyCharacters))
            {
                return key;
            }

            // Only ASCII letters are lowered: the Kelvin sign, for one, would otherwise become an allowed 'k'.
            var lower = Ascii.IsValid(key) ? key.ToLowerInvariant() : key;
            return !lower.AsSpan().ContainsAnyExcept(KeyCharacters)
                ? lower
                : throw new ArgumentException($"The metadata key '{key}' has characters other than letters, digits, '_', '-' and '.'.", nameof(key));
        }
    }
}
