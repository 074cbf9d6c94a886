using System.Security.Cryptography;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.People;

namespace CoalitionGateway.Ledger.Proposals;

/// <summary>How far a proposal has come. The numbers match the contract's.</summary>
public enum ProposalState
{
    /// <summary>It waits for a decision, until its time is over.</summary>
    Open = 1,

    /// <summary>Another person approved it, and the change counts.</summary>
    Approved = 2,

    /// <summary>Another person declined it, or the proposer withdrew it.</summary>
    Declined = 3,

    /// <summary>Nobody decided in time.</summary>
    Ended = 4,
}

/// <summary>A change that waits for another person's decision, or waited for one.</summary>
/// <param name="Id">The event that proposed it.</param>
/// <param name="ChangeMethod">The method of the contract that the proposer called.</param>
/// <param name="Proposer">The caller who proposed it, as <see cref="Caller.ToString"/> writes it.</param>
/// <param name="Owner">The persons who hold the proposer's secrets, if it is a tool, with spaces between; empty: nobody.</param>
/// <param name="Concerns">The person whom the change is about; empty: none.</param>
/// <param name="Basis">What the change replaces: see <see cref="Governance.Basis"/>.</param>
/// <param name="Digest">The SHA-256 of the salt and of the command's bytes.</param>
/// <param name="Decider">The caller who decided it; empty: nobody.</param>
/// <param name="ChangeId">The event of the change, if it counts.</param>
public sealed record Proposal(
    EventId Id, string ChangeMethod, string Proposer, string Owner, string Concerns, string Basis, byte[] Digest, DateTime ProposeTime, DateTime ExpireTime, ProposalState State,
    string Decider, DateTime? DecideTime, EventId? ChangeId) : Row
{
    /// <summary>How long a proposal waits.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>The most open proposals that a caller can have.</summary>
    public const int MostOpen = 100;

    public override Key Primary => new Of(Id);

    // The set of the open ones is small. Nothing asks for that of the closed ones, which grows.
    public override IEnumerable<Key> Sets => State == ProposalState.Open ? [OpenOf(Proposer)] : [];

    /// <summary>The proposals of a caller that are open, or whose end is not posted yet.</summary>
    public static ByProposer OpenOf(string proposer) => new(proposer, ProposalState.Open);

    /// <summary>Officers' proposals are decided by officers, operators' by operators.</summary>
    public CallerKind Kind => Caller.Parse(Proposer).Kind;

    /// <summary>The state at a time. A proposal ends at its time, whether or not a sweep has posted that.</summary>
    public ProposalState StateAt(DateTime now) => State == ProposalState.Open && now >= ExpireTime ? ProposalState.Ended : State;

    /// <summary>The digest of a command. The salt is erasable, so that nobody can try out what the command said.</summary>
    public static byte[] DigestOf(byte[] salt, Command change)
    {
        var writer = new CanonicalWriter();
        change.Encode(writer.Bytes(salt));
        return SHA256.HashData(writer.Written);
    }

    /// <summary>Why a caller decides no proposal like this; null if they do.</summary>
    internal Refusal? RefusalOfDecider(Caller caller, Person? person)
    {
        if (person is not { Decides: true } || person.Kind != caller.Kind)
        {
            return new Refusal(RefusalReason.PersonNeeded, $"Only a person with the role {RoleFor(Kind)} decides; a tool can propose.")
                .With("role", RoleFor(Kind));
        }

        return caller.ToString() == Proposer || Owner.Split(' ').Contains(person.Id.Value) || person.Id.Value == Concerns
            ? new Refusal(RefusalReason.OtherPersonNeeded, "Another person decides: nobody approves what they or their tool proposed, or what is about themself.")
            : null;
    }

    private static string RoleFor(CallerKind kind) => kind == CallerKind.Officer ? "lead" : "approve";

    public sealed record Of(EventId Id) : Key<Proposal>;

    public sealed record ByProposer(string Proposer, ProposalState State) : SetKey<Proposal>;
}

/// <summary>The request of an open proposal. Erasable, because it can name a membership number. It goes with the decision, and with the member.</summary>
/// <param name="Request">The message that the proposer sent, in its wire form.</param>
/// <param name="MembershipId">The membership that the request names by its number; null: none.</param>
/// <param name="Salt">16 random bytes: see <see cref="Proposal.DigestOf"/>.</param>
public sealed record ProposalRequest(EventId Id, byte[] Request, byte[] Salt, MembershipId? MembershipId = null) : Row
{
    /// <summary>The length of <see cref="Salt"/>.</summary>
    public const int SaltBytes = 16;

    public override Key Primary => new Of(Id);

    public override IEnumerable<Key> Sets => MembershipId is { } membership ? [new ByMembership(membership)] : [];

    public override bool IsDeletable => true;

    public sealed record Of(EventId Id) : Key<ProposalRequest>;

    public sealed record ByMembership(MembershipId MembershipId) : SetKey<ProposalRequest>;
}
