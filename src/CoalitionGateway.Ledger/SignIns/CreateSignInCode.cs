using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.SignIns;

/// <summary>A brand makes a one-time code with which its member makes a passkey at the authority.</summary>
/// <param name="CodeHash">The keyed hash of the code, proposed by the gateway.</param>
public sealed record CreateSignInCode(CommandContext Context, PartnerId PartnerId, string Number, string CodeHash) : Command<CreateSignInCode.State>(Context)
{
    /// <summary>How long a code is valid: long enough for a letter.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    public override string Method => nameof(CreateSignInCode);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(Number);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var home = rows.Find(new Programme.OwnedBy(PartnerId));
        var membership = home is null ? null : MembershipNumber.Find(rows, home.Id, Number);
        if (membership is not null)
        {
            SignInCode.Find(rows, membership.MemberId);
        }

        return new State(home, membership);
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Home is not { } home)
        {
            return MemberRefusals.PartnerWithoutProgramme(PartnerId);
        }

        return state.Membership is { } membership
            ? new SignInCodeCreated(Header(now), PartnerId, membership.MemberId, CodeHash, now + Lifetime)
            : MemberRefusals.NumberNotFound(home.Id);
    }

    public sealed record State(Programme? Home, Membership? Membership);
}

/// <param name="CodeHash">The keyed hash of the code. It does not reveal the code.</param>
[EventKind(130, Answers = "CreateSignInCode")]
public sealed record SignInCodeCreated(EventHeader Header, PartnerId PartnerId, MemberId MemberId, string CodeHash, DateTime ExpireTime) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    public override void Apply(WorkingState rows)
    {
        rows.Put(new SignInCode(MemberId, CodeHash, PartnerId, ExpireTime, null));
        rows.Put(new Due(EndSignInCode.DueKind, MemberId.ToString(), ExpireTime));
    }

    private protected override void EncodeBody(CanonicalWriter writer) =>
        writer.Text(PartnerId.Value).Uuid(MemberId.Value).Text(CodeHash).Time(ExpireTime);

    internal static SignInCodeCreated Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new PartnerId(reader.Text()), new MemberId(reader.Uuid()), reader.Text(), reader.Time());
}

/// <summary>Removes a sign-in code that expired unused. Issued by the gateway itself.</summary>
public sealed record EndSignInCode(CommandContext Context, AccountId AccountId) : Command<SignInCode?>(Context)
{
    /// <summary>The kind of the due row. Its subject is the account.</summary>
    public const string DueKind = "sign-in-code";

    public override string Method => nameof(EndSignInCode);

    public override bool IsRetryable => false;

    /// <summary>The command for a due row.</summary>
    public static EndSignInCode For(Due due, CommandContext context) => new(context, new AccountId(due.Subject));

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(AccountId.Value);

    public override SignInCode? Needs(WorkingState rows, DateTime now) => SignInCode.Find(rows, AccountId);

    public override Decision Decide(SignInCode? state, DateTime now) =>
        state?.ExpireTime <= now ? new SignInCodeEnded(Header(now), AccountId.Member, AccountId.Person) : SignInRefusals.CodeInvalid;
}

[EventKind(131)]
public sealed record SignInCodeEnded(EventHeader Header, MemberId? MemberId, PersonId? PersonId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => SignInCode.Remove(rows, AccountId.Of(MemberId, PersonId));

    private protected override void EncodeBody(CanonicalWriter writer) => writer.OptionalUuid(MemberId?.Value).OptionalText(PersonId?.Value);

    internal static SignInCodeEnded Decode(EventHeader header, CanonicalReader reader) => new(header, AccountId.ReadMember(reader), AccountId.ReadPerson(reader));
}
