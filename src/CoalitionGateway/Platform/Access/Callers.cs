using System.Security.Claims;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Rpc;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// Reads the caller from the token alone. The claim "caller_kind" says what the subject is: a partner's id, a member's
/// id, a person's, or the name of a tool of officers or operators.
/// </summary>
internal static class Callers
{
    public const string KindClaim = "caller_kind";

    /// <summary>The longest id of a token (jti), in characters.</summary>
    public const int LongestId = 255;

    // For the client of an officer or operator, at any authority (OpenID Connect Core, section 2: ASCII, at most 255).
    private const int _longestSubject = 255;

    /// <summary>Why a token does not identify a caller: a word of <see cref="TokenProblem"/>; null if it does.</summary>
    public static string? Problem(ClaimsPrincipal user, JsonWebToken token) =>
        // The kind's type is checked too: an array with one kind would otherwise read like a single claim.
        token.TryGetHeaderValue<object>("crit", out _) ? TokenProblem.CriticalHeader
        : token.Id is not { Length: > 0 and <= LongestId } ? TokenProblem.NoId
        : token.TryGetPayloadValue<object>(KindClaim, out var kind) && kind is not string ? TokenProblem.WrongCallerKind : Read(user, out _);

    /// <exception cref="UnusableCallerException">The token does not identify a caller.</exception>
    public static Caller Read(ClaimsPrincipal user) => Read(user, out var caller) is { } problem ? throw new UnusableCallerException(problem) : caller;

    /// <summary>The caller of a call that the access policy let through.</summary>
    public static Caller Caller(this ServerCallContext context) => ((KnownCaller)context.GetHttpContext().User).Caller;

    public static PartnerId PartnerId(this Caller caller) => caller.Kind == CallerKind.Partner
        ? new PartnerId(caller.Id)
        : throw new InvalidOperationException("The method serves partners only.");

    public static MemberId MemberId(this Caller caller) => caller.Kind == CallerKind.Member
        ? new MemberId(Guid.Parse(caller.Id))
        : throw new InvalidOperationException("The method serves members only.");

    /// <summary>The context of a command: the caller, the request id, and a new id for the event.</summary>
    public static CommandContext NewContext(this Caller caller, string requestId) => caller.NewContext(Guid.Parse(requestId));

    /// <summary>The context of a command for which no caller sent a request id.</summary>
    public static CommandContext NewContext(this Caller caller, Guid requestId) => new(caller, requestId, new EventId(TimeOrderedIds.New())) { Salt = Guid.NewGuid() };

    private static string? Read(ClaimsPrincipal user, out Caller caller)
    {
        caller = new Caller(default, "");
        if (user.FindFirstValue("sub") is not { Length: > 0 } subject)
        {
            return TokenProblem.NoSubject;
        }

        if (Ledger.Caller.KindOf(user.FindFirstValue(KindClaim)) is not { } kind || kind == CallerKind.Gateway)
        {
            return TokenProblem.WrongCallerKind;
        }

        if (kind == CallerKind.Member)
        {
            // Request ids are unique per caller, so each member must have one spelling.
            if (!Guid.TryParse(subject, out var member))
            {
                return TokenProblem.WrongSubject;
            }

            subject = member.ToString();
        }
        else if (kind == CallerKind.Partner ? !TextForm.IsId(subject) : subject.Length > _longestSubject || !subject.All(letter => letter is >= '!' and <= '~'))
        {
            // A subject that is not an id must never reach the store.
            return TokenProblem.WrongSubject;
        }

        // Another authority names a tool by its client alone. A person's token tells their sign-in.
        var isTool = kind is CallerKind.Operator or CallerKind.Officer && user.FindFirstValue("client_id") == subject && user.FindFirst("auth_time") is null;
        caller = new Caller(kind, isTool ? Ledger.Caller.NameOfTool(subject) : subject);
        return null;
    }
}
