using CoalitionGateway.Ledger.SignIns;

namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>An app to which a member gave access.</summary>
public sealed record AppAccess(string ClientId, string Name, IReadOnlyList<string> Scopes);

/// <summary>How a member or person signs in, as the account page shows it.</summary>
/// <param name="PersonId">Null: a member.</param>
/// <param name="Own">The session of the browser that asks.</param>
/// <param name="OpenCode">A brand's one-time code that is open for the member.</param>
/// <param name="OpenCodeBy">The brand's name.</param>
public sealed record AccountView(
    string? PersonId, IReadOnlyList<Passkey> Passkeys, int RecoveryCodes, SignInCode? OpenCode, string OpenCodeBy, IReadOnlyList<SignInSession> Sessions, string Own,
    IReadOnlyList<AppAccess> Apps);
