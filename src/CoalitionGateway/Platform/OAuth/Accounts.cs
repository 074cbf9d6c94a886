using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>Whoever can sign in: a member, or a person of the operator or of compliance.</summary>
/// <param name="Person">Null: a member.</param>
internal sealed record Account(AccountId AccountId, Person? Person)
{
    public string Id => AccountId.Value;

    public CallerKind Kind => Person?.Kind ?? CallerKind.Member;

    /// <summary>The account as a caller.</summary>
    public Caller Caller => new(Kind, Id);

    /// <summary>Whether a sign-in counts: of a person, one since they got their last code.</summary>
    public bool Counts(DateTime signInTime) => Person?.RenewTime is not { } renewed || signInTime >= renewed;

    /// <summary>The scopes that a person's roles allow; all for a member.</summary>
    public IReadOnlyList<string> Allowed(IReadOnlyList<string> scopes) => Person is null ? scopes : [.. scopes.Where(scope => RoleScopes.Allows(Person, scope))];
}

internal static class Accounts
{
    /// <summary>
    /// The account; null if nobody can sign in with it. An erased member has no membership, nor one whose last membership was linked to
    /// another member. A text that is no id never reaches the store.
    /// </summary>
    public static Task<Account?> FindAccount(this LedgerStore store, AccountId id, CancellationToken cancellation) => store.Read(
        rows => id.Member is { } member
            ? rows.FindAll(new Membership.ByMember(member)).Count > 0 ? new Account(id, null) : null
            : TextForm.IsId(id.Value) && rows.Find(new Person.Of(new PersonId(id.Value))) is { IsRemoved: false } person ? new Account(id, person) : null,
        cancellation);
}
