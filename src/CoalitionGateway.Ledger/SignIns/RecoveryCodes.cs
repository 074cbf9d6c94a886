using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.SignIns;

/// <summary>One of a member's recovery codes. It signs the member in once, without a passkey.</summary>
/// <param name="CodeHash">The keyed hash of the code, as hexadecimal digits.</param>
public sealed record RecoveryCode(string CodeHash, MemberId MemberId) : Row
{
    public override Key Primary => new Of(CodeHash);

    public override IEnumerable<Key> Sets => [new ByMember(MemberId)];

    public override bool IsDeletable => true;

    /// <summary>Strangers choose codes, so the absence of a code is not remembered.</summary>
    public sealed record Of(string CodeHash) : Key<RecoveryCode>
    {
        public override bool RemembersAbsence() => false;
    }

    public sealed record ByMember(MemberId MemberId) : SetKey<RecoveryCode>;
}

/// <summary>Makes new recovery codes. The codes before end.</summary>
/// <param name="CodeHashes">The keyed hashes of the codes, proposed by the gateway.</param>
public sealed record MakeRecoveryCodes(CommandContext Context, MemberId MemberId, IReadOnlyList<string> CodeHashes) : Command<IReadOnlyList<RecoveryCode>>(Context)
{
    /// <summary>How many codes are made at once.</summary>
    public const int Count = 10;

    public override string Method => nameof(MakeRecoveryCodes);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value);

    public override IReadOnlyList<RecoveryCode> Needs(WorkingState rows, DateTime now)
    {
        foreach (var hash in CodeHashes)
        {
            rows.Find(new RecoveryCode.Of(hash));
        }

        return rows.FindAll(new RecoveryCode.ByMember(MemberId));
    }

    public override Decision Decide(IReadOnlyList<RecoveryCode> state, DateTime now) =>
        new RecoveryCodesMade(Header(now), MemberId, CodeHashes, [.. state.Select(code => code.CodeHash).Order(StringComparer.Ordinal)]);
}

/// <param name="CodeHashes">The keyed hashes of the codes. They do not reveal the codes.</param>
/// <param name="Ended">The hashes of the codes that end.</param>
[EventKind(136, Answers = "MakeRecoveryCodes")]
public sealed record RecoveryCodesMade(EventHeader Header, MemberId MemberId, IReadOnlyList<string> CodeHashes, IReadOnlyList<string> Ended) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        foreach (var code in Ended)
        {
            rows.Remove(rows.Find(new RecoveryCode.Of(code))!);
        }

        foreach (var code in CodeHashes)
        {
            rows.Put(new RecoveryCode(code, MemberId));
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value).Texts(CodeHashes).Texts(Ended);

    internal static RecoveryCodesMade Decode(EventHeader header, CanonicalReader reader) => new(header, new MemberId(reader.Uuid()), reader.Texts(), reader.Texts());
}

/// <summary>Uses a recovery code up.</summary>
public sealed record UseRecoveryCode(CommandContext Context, MemberId MemberId, string CodeHash) : Command<RecoveryCode?>(Context)
{
    public override string Method => nameof(UseRecoveryCode);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Text(CodeHash);

    public override RecoveryCode? Needs(WorkingState rows, DateTime now) => rows.Find(new RecoveryCode.Of(CodeHash));

    public override Decision Decide(RecoveryCode? state, DateTime now) =>
        state?.MemberId == MemberId ? new RecoveryCodeUsed(Header(now), MemberId, CodeHash) : SignInRefusals.CodeInvalid;
}

[EventKind(137, Answers = "UseRecoveryCode")]
public sealed record RecoveryCodeUsed(EventHeader Header, MemberId MemberId, string CodeHash) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => rows.Remove(rows.Find(new RecoveryCode.Of(CodeHash))!);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value).Text(CodeHash);

    internal static RecoveryCodeUsed Decode(EventHeader header, CanonicalReader reader) => new(header, new MemberId(reader.Uuid()), reader.Text());
}
