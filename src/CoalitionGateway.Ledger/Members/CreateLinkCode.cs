using System.Security.Cryptography;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.Members;

/// <summary>Makes a one-time code for linking a membership of the calling partner's programme.</summary>
/// <param name="CodeHash">A keyed hash of the code, proposed by the gateway.</param>
public sealed record CreateLinkCode(CommandContext Context, PartnerId PartnerId, string Number, byte[] CodeHash)
    : Command<CreateLinkCode.State>(Context)
{
    /// <summary>How long a code is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public override string Method => nameof(CreateLinkCode);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(PartnerId.Value).Text(Number);

    public override State Needs(WorkingState rows, DateTime now)
    {
        var home = rows.Find(new Programme.OwnedBy(PartnerId));
        var membership = home is null ? null : MembershipNumber.Find(rows, home.Id, Number);
        if (membership is not null)
        {
            rows.Find(new Due.Of(EndLinkCode.DueKind, membership.Id.ToString()));
        }

        return new State(home, membership);
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Home is not { } home)
        {
            return MemberRefusals.PartnerWithoutProgramme(PartnerId);
        }

        if (state.Membership is not { } membership)
        {
            return MemberRefusals.NumberNotFound(home.Id);
        }

        var expires = now + Lifetime;
        return Decision.Accept(
            new LinkCodeCreated(Header(now), PartnerId, membership.MemberId, membership.Id, expires, SHA256.HashData(CodeHash)),
            new LinkCode(membership.Id, CodeHash, expires));
    }

    public sealed record State(Programme? Home, Membership? Membership);
}

/// <param name="CodeHash">The SHA-256 of the code's keyed hash. It reveals neither the code nor the stored hash.</param>
[EventKind(21, Answers = "CreateLinkCode")]
public sealed record LinkCodeCreated(
    EventHeader Header, PartnerId PartnerId, MemberId MemberId, MembershipId MembershipId, DateTime ExpireTime, byte[] CodeHash)
    : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    // The code is an erasable row, deleted when the code is used or expires.
    public override void Apply(WorkingState rows) => rows.Put(new Due(EndLinkCode.DueKind, MembershipId.ToString(), ExpireTime));

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        rows.Put(new LinkCode(MembershipId, CodeHash, ExpireTime));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Text(PartnerId.Value).Uuid(MemberId.Value).Uuid(MembershipId.Value).Time(ExpireTime).Bytes(CodeHash);

    internal static LinkCodeCreated Decode(EventHeader header, CanonicalReader reader) => new(
        header, new PartnerId(reader.Text()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()), reader.Time(),
        reader.Bytes());
}
