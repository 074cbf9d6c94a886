using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoalitionGateway.Ledger;

/// <summary>
/// Encodes commands for another gateway of the same build, including the values that this gateway proposed. These bytes
/// are never stored. <see cref="Command.Encode"/> writes the bytes that tell a retry from another request.
/// </summary>
public static class CommandCodec
{
    private static readonly JsonSerializerOptions _options = new()
    {
        IgnoreReadOnlyProperties = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Converters = { new Within() },
    };

    private static readonly FrozenDictionary<string, Type> _types = typeof(Command).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract).ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>The name of a command's type. <see cref="Decode"/> needs this name.</summary>
    public static string NameOf(Command command) => command.GetType().Name;

    public static void Encode(Command command, IBufferWriter<byte> to)
    {
        using var writer = new Utf8JsonWriter(to);
        JsonSerializer.Serialize(writer, command, command.GetType(), _options);
    }

    /// <exception cref="FormatException">The bytes are not a command that this gateway knows.</exception>
    public static Command Decode(string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _types.TryGetValue(name, out var type) && JsonSerializer.Deserialize(bytes, type, _options) is Command command
                ? command
                : throw new FormatException($"{name} is no command that this gateway knows.");
        }
        catch (JsonException broken)
        {
            throw new FormatException($"A {name} command cannot be read.", broken);
        }
    }

    /// <summary>Writes a command that is part of another one, after the name of its type.</summary>
    private sealed class Within : JsonConverter<Command>
    {
        public override Command Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            reader.Read();
            var name = reader.GetString()!;
            reader.Read();
            var command = _types.TryGetValue(name, out var type) ? (Command)JsonSerializer.Deserialize(ref reader, type, options)! : throw new JsonException($"{name} is no command.");
            reader.Read();
            return command;
        }

        public override void Write(Utf8JsonWriter writer, Command value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(NameOf(value));
            JsonSerializer.Serialize(writer, value, value.GetType(), options);
            writer.WriteEndArray();
        }
    }
}
