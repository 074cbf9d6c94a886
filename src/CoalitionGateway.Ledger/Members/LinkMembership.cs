using System.Security.Cryptography;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Privacy;

namespace CoalitionGateway.Ledger.Members;

/// <summary>Makes a membership of another programme the calling member's, proved by a one-time code.</summary>
/// <param name="CodeHash">The keyed hash of the code that the member typed.</param>
public sealed record LinkMembership(Issue Issue, MemberId MemberId, ProgrammeId ProgrammeId, string Number, byte[] CodeHash)
    : Command<LinkMembership.State>(Issue)
{
    public override string Method => nameof(LinkMembership);

    public override void Encode(CanonicalWriter writer) =>
        writer.Byte(1).Uuid(MemberId.Value).Text(ProgrammeId.Value).Text(Number).Bytes(CodeHash);

    public override State Needs(WorkingState rows)
    {
        var membership = MembershipNumber.Find(rows, ProgrammeId, Number);
        return new State(
            membership,
            membership is null ? null : rows.Find(new LinkCode.Of(membership.Id)),
            rows.Find(new Membership.OfMember(MemberId, ProgrammeId)),
            rows.Find(new Profile.Of(MemberId)),
            membership is null ? null : rows.Find(new Profile.Of(membership.MemberId)),
            membership is null ? [] : rows.FindAll(new Membership.ByMember(membership.MemberId)))
        {
            Erasure = rows.Find(new Erasure.Of(MemberId)),
            Restriction = membership is null ? null : rows.Find(new Restriction.Of(membership.MemberId)),
            Holds = membership is null ? [] : rows.FindAll(new Hold.ByMember(membership.MemberId)),
        };
    }

    // The code comes first, and one refusal serves all its faults: without the code nobody learns what exists.
    public override Decision Decide(State state, DateTime now)
    {
        if (state is not { Membership: { } membership, Code: { } code }
            || code.ExpireTime <= now
            || !CryptographicOperations.FixedTimeEquals(code.CodeHash, CodeHash))
        {
            return new Refusal(RefusalReason.LinkCodeInvalid, "The code is wrong, used or expired, or there is no such membership; ask the programme for a new code.", "link_code")
                .With("programme_id", ProgrammeId.Value);
        }

        if (state.Own is not null)
        {
            return new Refusal(RefusalReason.MembershipExists, $"You already have a membership in {ProgrammeId}.", "programme_id")
                .With("programme_id", ProgrammeId.Value);
        }

        if (state.Erasure is not null)
        {
            return MemberRefusals.NoMember();
        }

        // What binds the former holder must not be shaken off by becoming another.
        if (state.Holds.Where(hold => hold.UntilTime > now).MaxBy(hold => (hold.UntilTime, hold.Id.Value)) is { } held)
        {
            return held.Refuse("The membership is under a hold and stays where it is for now.");
        }

        if (state.Restriction is { } restriction)
        {
            return restriction.Refuse("Processing is restricted for the membership's holder; LiftRestriction there first.");
        }

        var linked = new MembershipLinked(Header(now), MemberId, membership.MemberId, membership.Id, ProgrammeId, membership.EnrollTime);

        // The profile follows the last membership: the one whose it was has no other, so this is the same person's.
        if (state.Other is not { } other || state.Others.Count > 1)
        {
            return Decision.Accept(linked).Erase(code);
        }

        var completed = state.Profile is { } profile ? profile.CompletedBy(other) : other with { MemberId = MemberId };
        return Decision.Accept(linked, completed).Erase(code, other);
    }

    public sealed record State(Membership? Membership, LinkCode? Code, Membership? Own, Profile? Profile, Profile? Other,
        IReadOnlyList<Membership> Others)
    {
        /// <summary>That the member was erased; null if they were not.</summary>
        public Erasure? Erasure { get; init; }

        /// <summary>The former holder's; null where there is none.</summary>
        public Restriction? Restriction { get; init; }

        /// <summary>The former holder's.</summary>
        public IReadOnlyList<Hold> Holds { get; init; } = [];
    }
}

/// <param name="FormerMemberId">Whose the membership was.</param>
public sealed record MembershipLinked(
    EventHeader Header, MemberId MemberId, MemberId FormerMemberId, MembershipId MembershipId, ProgrammeId ProgrammeId, DateTime EnrollTime)
    : Event(Header)
{
    public override EventKind Kind => EventKind.MembershipLinked;

    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => rows.Put(new Membership(MembershipId, ProgrammeId, MemberId, EnrollTime));

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        if (rows.Find(new LinkCode.Of(MembershipId)) is { } used)
        {
            rows.Remove(used);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .Uuid(MemberId.Value).Uuid(FormerMemberId.Value).Uuid(MembershipId.Value).Text(ProgrammeId.Value).Time(EnrollTime);

    internal static MembershipLinked Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), new MemberId(reader.Uuid()), new MembershipId(reader.Uuid()),
        new ProgrammeId(reader.Text()), reader.Time());
}
