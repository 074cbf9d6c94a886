using CoalitionGateway.Platform.Rpc;
using System.Security.Claims;
using CoalitionGateway.Ledger;
using Microsoft.AspNetCore.Authentication;

namespace CoalitionGateway.Platform.Access;

/// <summary>Who calls with a validated token and what it allows, read once a token and not once a call.</summary>
internal sealed class KnownCaller : ClaimsPrincipal
{
    // Of a withdrawn key's token the gateway must not go on for long, however long the authority lets tokens last.
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public KnownCaller(Caller caller, IReadOnlySet<string> scopes, string tokenId, DateTimeOffset expireTime)
        : base(new ClaimsIdentity(TokenHandler.Name))
    {
        (Caller, Name, Scopes, TokenId, TokenName, ExpireTime) = (caller, NameOf(caller), scopes, tokenId, NameOf(tokenId), expireTime);
        Answer = Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(this, TokenHandler.Name)));
    }

    public Caller Caller { get; }

    /// <summary>The name by which all of the caller's tokens are ended.</summary>
    public string Name { get; }

    /// <summary>Those of the token's scopes that a method of the contract asks for.</summary>
    public IReadOnlySet<string> Scopes { get; }

    /// <summary>The claim jti.</summary>
    public string TokenId { get; }

    /// <summary>The name by which this token is ended.</summary>
    public string TokenName { get; }

    /// <summary>When the token has to be validated again: at its expiry, or 5 minutes from now.</summary>
    public DateTimeOffset ExpireTime { get; }

    /// <summary>What the framework is told, made once.</summary>
    public Task<AuthenticateResult> Answer { get; }

    /// <summary>How a token is named where it is ended, by its id (jti).</summary>
    public static string NameOf(string tokenId) => $"token {tokenId}";

    /// <summary>How a caller is named where all of its tokens are ended.</summary>
    public static string NameOf(Caller caller) => $"caller {caller}";

    /// <exception cref="UnusableCallerException">The token does not say who calls.</exception>
    public static KnownCaller Of(AuthenticateResult validated, DateTimeOffset now)
    {
        var user = validated.Principal!;
        var granted = user.FindAll("scope").SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet();
        var expires = validated.Properties?.ExpiresUtc ?? now;
        return new KnownCaller(
            Callers.Read(user), MethodRules.Scopes.Where(granted.Contains).ToHashSet(), user.FindFirstValue("jti") ?? "",
            expires < now + Longest ? expires : now + Longest);
    }
}
