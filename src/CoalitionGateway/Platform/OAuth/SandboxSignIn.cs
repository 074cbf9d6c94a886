using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>The sign-in by login_hint. It takes the member whose membership number the hint is, or for the operator's apps the person whose id it is, and exists in the sandbox alone.</summary>
internal sealed class SandboxSignIn(GatewayOptions options, MemberReader members, LedgerStore store)
{
    public const string Remedy = "The login_hint must be a sandbox member's membership number; where several programmes have it, programme_id/number. In an app of officers or operators it must be a person's id.";

    /// <summary>The member or person; null if there is none, or more than one.</summary>
    public async Task<Account?> Account(string hint, CallerKind kind, HttpContext http)
    {
        if (!options.Sandbox)
        {
            return null;
        }

        if (kind != CallerKind.Member)
        {
            return TextForm.IsId(hint) && await store.FindAccount(new AccountId(hint), http.RequestAborted) is { } person && person.Kind == kind ? person : null;
        }

        var (programme, number) = hint.Split('/', 2) is [var first, var second] ? (new ProgrammeId(first), second) : ((ProgrammeId?)null, hint);
        // A text that is not a membership number must never reach the store.
        if (!TextForm.IsMembershipNumber(number) || (programme is { } named && !TextForm.IsId(named.Value)))
        {
            return null;
        }

        return await members.Holders(number, programme, http.RequestAborted) is [var only] ? new Account(only, null) : null;
    }
}
