using System.Security.Claims;
using CoalitionGateway.Ledger;
using Grpc.Core;

namespace CoalitionGateway.Access;

/// <summary>
/// Who calls, from the token alone. The claim "caller_kind" says what the subject is: a partner's id, a member's id,
/// or the client of an officer or operator.
/// </summary>
internal static class Callers
{
    public const string KindClaim = "caller_kind";

    public static bool TryRead(ClaimsPrincipal user, out Caller caller)
    {
        caller = new Caller(default, "");
        if (Ledger.Caller.KindOf(user.FindFirstValue(KindClaim)) is not { } kind || user.FindFirstValue("sub") is not { Length: > 0 } subject)
        {
            return false;
        }

        if (kind == CallerKind.Member)
        {
            // One spelling for each member: request ids are unique per caller.
            if (!Guid.TryParse(subject, out var member))
            {
                return false;
            }

            subject = member.ToString();
        }

        caller = new Caller(kind, subject);
        return true;
    }

    public static IEnumerable<string> Scopes(ClaimsPrincipal user) =>
        user.FindAll("scope").SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The caller of a call that the access policy let through.</summary>
    public static Caller Caller(this ServerCallContext context) => TryRead(context.GetHttpContext().User, out var caller)
        ? caller
        : throw new InvalidOperationException("The access policy let a call without a caller through.");

    public static PartnerId PartnerId(this Caller caller) => caller.Kind == CallerKind.Partner
        ? new PartnerId(caller.Id)
        : throw new InvalidOperationException("The method serves partners only.");

    public static MemberId MemberId(this Caller caller) => caller.Kind == CallerKind.Member
        ? new MemberId(Guid.Parse(caller.Id))
        : throw new InvalidOperationException("The method serves members only.");

    /// <summary>What a command is issued with: the caller, the request id, and a new id for its event.</summary>
    public static Issue Issue(this Caller caller, Guid requestId) => new(caller, requestId, new EventId(Guid.CreateVersion7()));
}
