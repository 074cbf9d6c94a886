using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>The age from which a child's own consent is valid (GDPR Art. 8(1) and the laws of the member states).</summary>
public static class ConsentAges
{
    /// <summary>The age if no law sets another one.</summary>
    public const int Default = 16;

    /// <summary>The age from which a person can act for a child.</summary>
    public const int Adult = 18;

    private static readonly Dictionary<string, int> _ages = Read(
        """
        13: BE DK EE FI IS LV MT NO PT SE GB
        14: AT BG CY ES IT LT
        15: CZ FR GR SI
        """);

    /// <param name="country">ISO 3166-1 alpha-2.</param>
    public static int In(string? country) => country is null ? Default : _ages.GetValueOrDefault(country, Default);

    /// <summary>The age in full years on a day.</summary>
    public static int At(DateOnly birth, DateOnly day)
    {
        var years = day.Year - birth.Year;
        return birth.AddYears(years) > day ? years - 1 : years;
    }

    private static Dictionary<string, int> Read(string table) => table.Split('\n')
        .Select(line => line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries))
        .SelectMany(line => line.Skip(1).Select(country => (country, Age: int.Parse(line[0]))))
        .ToDictionary(pair => pair.country, pair => pair.Age);
}

/// <summary>An adult makes a one-time code, with which a child in their care can give a consent.</summary>
/// <param name="CodeHash">A keyed hash of the code, hexadecimal, proposed by the gateway.</param>
/// <param name="Age">The member's age in years; null if the profile has no birth date.</param>
public sealed record CreateGuardianCode(CommandContext Context, MemberId MemberId, string CodeHash, int? Age) : Command<CreateGuardianCode.State>(Context)
{
    /// <summary>How long a code is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public override string Method => nameof(CreateGuardianCode);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value);

    public override State Needs(WorkingState rows, DateTime now)
    {
        rows.Find(new Due.Of(EndGuardianCode.DueKind, MemberId.ToString()));
        return new State(rows.Find(new GuardianCode.Of(MemberId)), rows.Find(new Erasure.Of(MemberId)));
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Erasure is not null)
        {
            return MemberRefusals.NoMember();
        }

        if (Age is not >= ConsentAges.Adult)
        {
            return new Refusal(RefusalReason.GuardianNotAdult, "Only an adult can act for a child: your profile must say when you were born, and that it was 18 years ago or more.")
                .With("adult_age", ConsentAges.Adult);
        }

        var expires = now + Lifetime;
        return Decision.Accept(new GuardianCodeCreated(Header(now), MemberId, expires, CodeHash), new GuardianCode(CodeHash, MemberId, expires));
    }

    /// <param name="Before">The code that the new code replaces.</param>
    /// <param name="Erasure">Set if the member was erased.</param>
    public sealed record State(GuardianCode? Before, Erasure? Erasure);
}

/// <summary>An adult's one-time code, stored as a keyed hash. Each adult has at most one.</summary>
public sealed record GuardianCode(string CodeHash, MemberId GuardianId, DateTime ExpireTime) : Row
{
    public override Key Primary => new Of(GuardianId);

    public override bool IsDeletable => true;

    public override IEnumerable<Key> Lookups => [new OfCode(CodeHash)];

    public sealed record Of(MemberId GuardianId) : Key<GuardianCode>;

    /// <summary>The code with this hash; null if no code was found or sent.</summary>
    public static GuardianCode? Find(WorkingState rows, string? codeHash)
    {
        var found = codeHash is null ? null : rows.Find(new OfCode(codeHash));
        if (found is not null)
        {
            // A command that uses the code also settles the code's due row, so this row is read too.
            rows.Find(new Due.Of(EndGuardianCode.DueKind, found.GuardianId.ToString()));
        }

        return found;
    }

    /// <summary>The refusal of a wrong code, or of a child without a code; null if neither applies.</summary>
    /// <param name="code">The code that was found; null if none.</param>
    /// <param name="codeHash">The hash of the code that was sent; null if none was sent.</param>
    /// <param name="neededBelow">The age below which an adult must act; null if the member can act alone.</param>
    public static Refusal? Refuses(GuardianCode? code, string? codeHash, MemberId member, int? neededBelow, DateTime now)
    {
        if (codeHash is not null && (code is null || code.ExpireTime <= now || code.GuardianId == member))
        {
            return new Refusal(RefusalReason.GuardianCodeInvalid, "The guardian's code is wrong, used or expired; ask for a new one.", "guardian_code");
        }

        return neededBelow is { } age && codeHash is null
            ? new Refusal(RefusalReason.GuardianNeeded, $"Below the age of {age} an adult has to act for you: send the code that they make with CreateGuardianCode.", "guardian_code")
                .With("age_of_consent", age)
            : null;
    }

    public sealed record OfCode(string CodeHash) : Key<GuardianCode>;
}

/// <param name="CodeHash">A keyed hash of the code, hexadecimal.</param>
[EventKind(108, Answers = "CreateGuardianCode")]
public sealed record GuardianCodeCreated(EventHeader Header, MemberId MemberId, DateTime ExpireTime, string CodeHash) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    // The code is an erasable row, deleted when the code is used or expires.
    public override void Apply(WorkingState rows) => rows.Put(new Due(EndGuardianCode.DueKind, MemberId.ToString(), ExpireTime));

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        rows.Put(new GuardianCode(CodeHash, MemberId, ExpireTime));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value).Time(ExpireTime).Text(CodeHash);

    internal static GuardianCodeCreated Decode(EventHeader header, CanonicalReader reader) => new(header, new MemberId(reader.Uuid()), reader.Time(), reader.Text());
}
