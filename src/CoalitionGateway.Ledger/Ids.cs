using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>A partner brand, by the id that the operator chose: 3 to 40 characters of a-z, 0-9 and "-".</summary>
public readonly record struct PartnerId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A programme, by the id that the operator chose: 3 to 40 characters of a-z, 0-9 and "-".</summary>
public readonly record struct ProgrammeId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A member's id: random. The coalition and its officers know it, partners never do.</summary>
public readonly record struct MemberId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>
/// A person of the operator or of compliance, by the id that was chosen at the invitation: 3 to 32 characters of a-z, 0-9 and "-".
/// The log shows it for ever, so it can be a pseudonym.
/// </summary>
public readonly record struct PersonId(string Value)
{
    /// <summary>The longest id. A UUID with its hyphens is longer, so no person has a member's id.</summary>
    public const int Longest = 32;

    public override string ToString() => Value;
}

/// <summary>Whoever signs in at the authority: a member, by their UUID, or a person of the operator or of compliance.</summary>
public readonly record struct AccountId(string Value)
{
    /// <summary>The member; null: it is a person's account.</summary>
    public MemberId? Member => Guid.TryParseExact(Value, "D", out var member) ? new MemberId(member) : null;

    /// <summary>The person; null: it is a member's account.</summary>
    public PersonId? Person => Member is null ? new PersonId(Value) : null;

    /// <summary>The account of a member or of a person, of whom one is named.</summary>
    public static AccountId Of(MemberId? member, PersonId? person) => member is { } named ? named : person!.Value;

    internal static MemberId? ReadMember(CanonicalReader reader) => reader.OptionalUuid() is { } member ? new MemberId(member) : null;

    internal static PersonId? ReadPerson(CanonicalReader reader) => reader.OptionalText() is { } person ? new PersonId(person) : null;

    public static implicit operator AccountId(MemberId member) => new(member.ToString());

    public static implicit operator AccountId(PersonId person) => new(person.Value);

    public override string ToString() => Value;
}

/// <summary>The id of a membership: random. The id stays when the membership is linked to another member.</summary>
public readonly record struct MembershipId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>A pool's id.</summary>
public readonly record struct PoolId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>The id of a member's part in one pool: random, and meaningless outside that pool.</summary>
public readonly record struct ParticipantId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>The id of an event, and of the transfer or disclosure that the event creates: UUIDv7 (RFC 9562).</summary>
public readonly record struct EventId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>The kinds of caller. The numbers match the contract's.</summary>
public enum CallerKind
{
    Partner = 1,
    Member = 2,
    Officer = 3,
    Operator = 4,

    /// <summary>The gateway itself, when it settles due rows. No token and no configured client has this kind.</summary>
    Gateway = 5,
}

/// <summary>
/// The caller. <paramref name="Id"/> is the partner's id, the member's id, the id of a person of compliance or of the operator, or
/// the OAuth client of one of their tools. Request ids are unique per caller.
/// </summary>
public sealed record Caller(CallerKind Kind, string Id)
{
    /// <summary>The gateway itself.</summary>
    public static readonly Caller Gateway = new(CallerKind.Gateway, "gateway");

    /// <summary>A calling member.</summary>
    private const string _tool = "tool.";

    /// <summary>The client, if the caller is a tool, which acts for officers or operators by itself; null: the caller is no tool.</summary>
    public string? Tool => Kind is CallerKind.Operator or CallerKind.Officer && Id.StartsWith(_tool, StringComparison.Ordinal) ? Id[_tool.Length..] : null;

    /// <summary>A tool's name as a caller. It has a dot, which no person's id has, so that neither is taken for the other.</summary>
    public static string NameOfTool(string clientId) => _tool + clientId;

    public static Caller Of(MemberId member) => new(CallerKind.Member, member.ToString());

    /// <summary>A calling partner.</summary>
    public static Caller Of(PartnerId partner) => new(CallerKind.Partner, partner.Value);

    public override string ToString() => $"{NameOf(Kind)}:{Id}";

    /// <summary>A kind's name in tokens and in stored events.</summary>
    public static string NameOf(CallerKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The kind with exactly this name; null if there is none.</summary>
    public static CallerKind? KindOf(string? name)
    {
        foreach (var kind in Enum.GetValues<CallerKind>())
        {
            if (NameOf(kind) == name)
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>Reads the text that <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text names no caller.</exception>
    public static Caller Parse(string text) => text.Split(':', 2) is [var name, var id] && KindOf(name) is { } kind
        ? new Caller(kind, id)
        : throw new FormatException($"'{text}' is no caller.");
}
