using System.Globalization;
using System.Text;
using CoalitionGateway.Testing.Requests;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Protobuf;

namespace CoalitionGateway.Fuzz.Tests.Generating;

/// <summary>
/// Makes requests from the descriptors: some fields get meaningful values, some get impossible ones. Half of the requests are
/// the table's valid request with something changed, so that they get past the first checks.
/// </summary>
/// <param name="values">Values for the table's {placeholders}.</param>
internal sealed class RequestGenerator(Random random, Vocabulary words, IReadOnlyDictionary<string, string> values)
{
    private const int _deepest = 150;
    private readonly Queue<string> _requestIds = new();

    /// <summary>The bytes of a request. Chance decides whether it has faults, and which.</summary>
    public byte[] Request(MethodDescriptor method)
    {
        var wildness = random.Next(3) switch { 0 => 0, 1 => 0.04, _ => 0.25 };
        var made = random.Next(2) == 0 && Template(method) is { } template ? Varied(template, wildness) : Message(method.InputType, method.Name, wildness);
        return random.Next(12) == 0 ? Corrupt(made) : made;
    }

    /// <summary>The table's request with the coalition's values; null if the method has none.</summary>
    public IMessage? Template(MethodDescriptor method)
    {
        if (!FaultTable.Valid.TryGetValue($"{method.Service.Name}/{method.Name}", out var valid))
        {
            return null;
        }

        var text = valid.Json.Replace("{id}", RequestId(), StringComparison.Ordinal)
            .Replace("{new}", $"n{Guid.NewGuid():N}", StringComparison.Ordinal).Replace("{slug}", $"s{Guid.NewGuid():N}", StringComparison.Ordinal);
        foreach (var (name, value) in values)
        {
            text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return new JsonParser(JsonParser.Settings.Default).Parse(text, method.InputType);
    }

    /// <summary>Makes a message of a type, field by field.</summary>
    public byte[] Message(MessageDescriptor type, string method, double wildness, int depth = 0)
    {
        if (type == Timestamp.Descriptor)
        {
            return Time(wildness);
        }

        var wire = new Wire();
        var chosen = type.Oneofs.Where(oneof => !oneof.IsSynthetic).Select(oneof => oneof.Fields[random.Next(oneof.Fields.Count)]).ToHashSet();
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            var isIn = field.RealContainingOneof is null ? random.Next(10) > 0 : chosen.Contains(field) || random.NextDouble() < wildness / 4;
            for (var count = isIn ? Count(field, wildness) : 0; count > 0; count--)
            {
                Put(wire, field, method, wildness, depth);
            }
        }

        if (random.NextDouble() < wildness)
        {
            Unknown(wire);
        }

        return wire.ToArray();
    }

    private int Count(FieldDescriptor field, double wildness) =>
        field.IsRepeated ? random.NextDouble() < wildness / 4 ? 300 : random.Next(1, 4) : random.NextDouble() < wildness / 4 ? 2 : 1;

    private void Put(Wire wire, FieldDescriptor field, string method, double wildness, int depth)
    {
        var isWild = random.NextDouble() < wildness;
        if (isWild && random.Next(8) == 0)
        {
            Misplaced(wire, field);
        }
        else if (field.FieldType == FieldType.Message)
        {
            wire.Chunk(field.FieldNumber, depth > 8 ? [] : Message(field.MessageType, method, wildness, depth + 1));
        }
        else if (field.FieldType is FieldType.String or FieldType.Bytes)
        {
            var fitting = Fitting(field, method);
            wire.Chunk(field.FieldNumber, isWild ? Oddities.Text(random, fitting) : Encoding.UTF8.GetBytes(fitting ?? Oddities.Text(random)));
        }
        else
        {
            var number = isWild ? Oddities.Integers[random.Next(Oddities.Integers.Count)] : Number(field);
            wire.Tag(field.FieldNumber, 0);
            _ = isWild && random.Next(10) == 0 ? wire.LongVarint((ulong)number, 11) : wire.Varint((ulong)number);
        }
    }

    /// <summary>Writes the field with a wrong wire type.</summary>
    private void Misplaced(Wire wire, FieldDescriptor field)
    {
        switch (random.Next(6))
        {
            case 0:
                wire.Fixed(field.FieldNumber, random.Next(2) == 0 ? 4 : 8, random);
                break;
            case 1:
                wire.Tag(field.FieldNumber, Wire.IsVarint(field) ? 2 : 0).Varint(3);
                break;
            case 2:
                wire.Chunk(field.FieldNumber, [1, 2, 3], announced: Oddities.Integers[random.Next(Oddities.Integers.Count)]);
                break;
            case 3:
                wire.Tag(field.FieldNumber, 3);
                break;
            case 4:
                wire.Tag(field.FieldNumber, random.Next(6, 8));
                break;
            default:
                var nested = new Wire().Chunk(field.FieldNumber, []).ToArray();
                for (var i = 0; i < _deepest; i++)
                {
                    nested = new Wire().Chunk(field.FieldNumber, nested).ToArray();
                }

                wire.Raw(nested);
                break;
        }
    }

    private void Unknown(Wire wire)
    {
        switch (random.Next(6))
        {
            case 0:
                wire.Tag(random.Next(100, 19_000), 0).Varint(ulong.MaxValue);
                break;
            case 1:
                wire.Chunk((1 << 29) - 1, Encoding.UTF8.GetBytes(Oddities.Text(random)));
                break;
            case 2:
                wire.Tag(0, 2).Varint(0);
                break;
            case 3:
                // Groups that are opened and never closed, as deep as possible.
                for (var i = 0; i < _deepest; i++)
                {
                    wire.Tag(77, 3);
                }

                break;
            case 4:
                wire.Tag(1L << 40, 0).Varint(1);
                break;
            default:
                wire.Chunk(150, new byte[random.Next(2000)]);
                break;
        }
    }

    private byte[] Time(double wildness)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        long[] near = [0, -1, -60, -3600, -86_400, -10 * 86_400, -29 * 86_400, -400 * 86_400, 3600, 86_400, 300 * 86_400];
        long[] far = [-62_135_596_800, -62_135_596_801, 253_402_300_799, 253_402_300_800, long.MinValue, long.MaxValue, 0, 946_684_799, 946_684_800, -1];
        var isWild = random.NextDouble() < wildness;
        var seconds = isWild ? far[random.Next(far.Length)] : now + near[random.Next(near.Length)];
        var nanos = isWild && random.Next(2) == 0 ? new long[] { -1, 999_999_999, 1_000_000_000, int.MaxValue, int.MinValue }[random.Next(5)] : 0;
        return new Wire().Tag(1, 0).Varint((ulong)seconds).Tag(2, 0).Varint((ulong)nanos).ToArray();
    }

    private long Number(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => random.Next(2),
        FieldType.Enum => field.EnumType.Values[random.Next(field.EnumType.Values.Count)].Number,
        _ when field.Name == "micros" => random.Next(1, 5000) * 1_000_000L,
        _ when field.Name == "page_size" => random.Next(0, 5),
        _ when field.Name.EndsWith("_points", StringComparison.Ordinal) => random.Next(1, 6) * 1000L,
        _ when words.Pick(field.Name, random) is { } word && long.TryParse(word, CultureInfo.InvariantCulture, out var known) => known,
        _ => random.Next(1, 4),
    };

    private string? Fitting(FieldDescriptor field, string method)
    {
        string Of(params string[] some) => some[random.Next(some.Length)];
        return field.Name switch
        {
            "request_id" => RequestId(),
            "client_id" when method is "SuspendClient" or "PublishClientKeys" or "SetSenderConstraint" => words.Pick("expendable", random),
            "partner_id" when method == "RegisterPartner" => $"s{Guid.NewGuid():N}",
            "programme_id" when method == "CreateProgramme" => $"s{Guid.NewGuid():N}",
            "membership_number" when method == "EnrollMember" && random.Next(4) > 0 => $"n{Guid.NewGuid():N}",
            "purchase_reference" or "return_reference" when random.Next(3) > 0 => $"r{Guid.NewGuid():N}",
            "display_name" => Of("Ann", "Åsa Öberg", "日本 太郎", "O'Neil"),
            "time_zone" => Of("Europe/Stockholm", "Europe/Riga", "Asia/Kathmandu", "UTC"),
            "currency_code" => Of("EUR", "EUR", "EUR", "SEK", "USD", "JPY"),
            "birth_date" => Of("1990-02-28", "1960-12-31", "2016-05-05", "2000-02-29"),
            "email" => Of("ann@example.com", "a.b+c@sub.example.org"),
            "phone_number" => Of("+46701234567", "+3712345678"),
            "postal_code" => Of("111 22", "LV-1050"),
            "country_code" or "jurisdiction" => Of("SE", "LV", "PL", "NO"),
            "language" or "notice_language" => Of("en", "sv", "nb", "pl", "lv"),
            "version" or "notice_version" => "2026-01",
            "scopes" => Of("earning.write", "members.read", "programmes.read"),
            "jwks" => """{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}""",
            "page_token" when random.Next(2) == 0 => "",
            "member_id" or "membership_number" when random.Next(4) == 0 => "",
            _ => words.Pick(field.Name, random),
        };
    }

    private string RequestId()
    {
        if (_requestIds.Count > 0 && random.Next(20) == 0)
        {
            return _requestIds.ElementAt(random.Next(_requestIds.Count));
        }

        var id = RequestIds.New();
        _requestIds.Enqueue(id);
        if (_requestIds.Count > 20)
        {
            _requestIds.Dequeue();
        }

        return id;
    }

    /// <summary>A message with some fields replaced by values of other fields with the same name.</summary>
    private byte[] Varied(IMessage message, double wildness)
    {
        var wire = new Wire().Raw(message.ToByteArray());
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            // If a field occurs twice, the last one counts; messages are merged.
            if (wildness > 0 && field.Name != "request_id" && random.NextDouble() < 0.15 + wildness)
            {
                Put(wire, field, message.Descriptor.Name.Replace("Request", "", StringComparison.Ordinal), wildness, depth: 0);
            }
        }

        return wire.ToArray();
    }

    /// <summary>Changes, drops, repeats or cuts off bytes at random.</summary>
    private byte[] Corrupt(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return [(byte)random.Next(256)];
        }

        var (at, list) = (random.Next(bytes.Length), bytes.ToList());
        switch (random.Next(5))
        {
            case 0:
                list[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                list.RemoveRange(at, list.Count - at);
                break;
            case 2:
                list.Insert(at, (byte)random.Next(256));
                break;
            case 3:
                list.AddRange(bytes.AsSpan(at).ToArray());
                break;
            default:
                list.RemoveAt(at);
                break;
        }

        return [.. list];
    }
}
