using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>The sign-in by login_hint. It takes the member whose membership number the hint is, and exists in the sandbox alone.</summary>
internal sealed class SandboxSignIn(GatewayOptions options, MemberReader members)
{
    public const string Remedy = "The login_hint must be a sandbox member's membership number; where several programmes have it, programme_id/number.";

    /// <summary>The member; null if there is none, or more than one.</summary>
    public async Task<MemberId?> Member(string hint, HttpContext http)
    {
        if (!options.Sandbox)
        {
            return null;
        }

        var (programme, number) = hint.Split('/', 2) is [var first, var second] ? (new ProgrammeId(first), second) : ((ProgrammeId?)null, hint);
        // A text that is not a membership number must never reach the store.
        if (!TextForm.IsMembershipNumber(number) || (programme is { } named && !TextForm.IsId(named.Value)))
        {
            return null;
        }

        return await members.Holders(number, programme, http.RequestAborted) is [var only] ? only : null;
    }
}
