using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>From which age a child's own consent counts (GDPR Art. 8(1) and the laws of the member states).</summary>
public static class ConsentAges
{
    /// <summary>Where no law says otherwise.</summary>
    public const int Default = 16;

    /// <summary>From which age somebody can act for a child.</summary>
    public const int Adult = 18;

    private static readonly Dictionary<string, int> _ages = Read(
        """
        13: BE DK EE FI IS LV MT NO PT SE GB
        14: AT BG CY ES IT LT
        15: CZ FR GR SI
        """);

    /// <param name="country">ISO 3166-1 alpha-2.</param>
    public static int In(string? country) => country is null ? Default : _ages.GetValueOrDefault(country, Default);

    /// <summary>Full years at a day.</summary>
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

/// <summary>An adult makes a one-time code by which a child that they answer for can give a consent.</summary>
/// <param name="CodeHash">A keyed hash of the code, hexadecimal, proposed by the gateway.</param>
/// <param name="Age">The member's age in years; null where they have not told when they were born.</param>
public sealed record CreateGuardianCode(CommandContext Context, MemberId MemberId, string CodeHash, int? Age) : Command<CreateGuardianCode.State>(Context)
{
    /// <summary>How long a code is good.</summary>
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

    /// <param name="Before">The code that the new one replaces.</param>
    /// <param name="Erasure">That the member was erased.</param>
    public sealed record State(GuardianCode? Before, Erasure? Erasure);
}

/// <summary>A one-time code, as a keyed hash. One at a time.</summary>
public sealed record GuardianCode(string CodeHash, MemberId GuardianId, DateTime ExpireTime) : Row
{
    public override Key Primary => new Of(GuardianId);

    public override bool IsDeletable => true;

    public override IEnumerable<Key> Lookups => [new OfCode(CodeHash)];

    public sealed record Of(MemberId GuardianId) : Key<GuardianCode>;

    /// <summary>The code with this hash; null where there is none, or none was sent.</summary>
    public static GuardianCode? Find(WorkingState rows, string? codeHash)
    {
        var found = codeHash is null ? null : rows.Find(new OfCode(codeHash));
        if (found is not null)
        {
            // Whoever uses it settles what is due for it.
            rows.Find(new Due.Of(EndGuardianCode.DueKind, found.GuardianId.ToString()));
        }

        return found;
    }

    /// <summary>What stands against a member who may need an adult; null if nothing does.</summary>
    /// <param name="code">The code that was found.</param>
    /// <param name="codeHash">The hash of the code that was sent; null: none was.</param>
    /// <param name="neededBelow">The age below which an adult has to act; null: none has to.</param>
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

    // The code is a row beside the event: it goes when it is used, and when its time is over.
    public override void Apply(WorkingState rows) => rows.Put(new Due(EndGuardianCode.DueKind, MemberId.ToString(), ExpireTime));

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        rows.Put(new GuardianCode(CodeHash, MemberId, ExpireTime));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value).Time(ExpireTime).Text(CodeHash);

    internal static GuardianCodeCreated Decode(EventHeader header, CanonicalReader reader) => new(header, new MemberId(reader.Uuid()), reader.Time(), reader.Text());
}
