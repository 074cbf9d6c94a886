using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.People;

namespace CoalitionGateway.Platform.Access;

/// <summary>The scopes that a person's roles allow: the contract's PersonRole says the same.</summary>
internal static class RoleScopes
{
    /// <summary>The scope with which a person decides proposals, or withdraws their own.</summary>
    public const string Decide = "proposals.decide";

    // For an id token, and for a refresh token (OpenID Connect Core, sections 3.1.2.1 and 11).
    private static readonly string[] _ofSignIns = ["openid", "offline_access"];

    public static bool Allows(Person person, string scope)
    {
        var changes = person.Has(person.Kind == CallerKind.Officer ? PersonRole.CaseWork : PersonRole.Publish);
        return _ofSignIns.Contains(scope)
            || (scope.EndsWith(".read", StringComparison.Ordinal) ? person.Has(PersonRole.Read) : changes || (scope == Decide && person.Decides));
    }
}
