using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>Which members can be signed in.</summary>
internal static class SignInMembers
{
    /// <summary>Whether a member has a membership. An erased member has none, nor one whose last membership was linked to another member.</summary>
    public static async Task<bool> HasMembership(this LedgerStore store, MemberId member, CancellationToken cancellation) =>
        await store.Read(rows => rows.FindAll(new Membership.ByMember(member)).Count > 0, cancellation);
}
