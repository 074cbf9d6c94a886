using CoalitionGateway.Platform.Rpc;
using System.Globalization;
using System.Security.Claims;
using CoalitionGateway.Ledger;
using Microsoft.AspNetCore.Authentication;

namespace CoalitionGateway.Platform.Access;

/// <summary>The caller of a validated token and the token's rights, read once a token and not once a call.</summary>
internal sealed class KnownCaller : ClaimsPrincipal
{
    /// <summary>The claim with the id of the grant: what a person allowed an app at one sign-in.</summary>
    public const string GrantClaim = "grant_id";

    // In ticks: when another authority is asked about the token again. 0: not asked yet.
    private long _checkTime;

    private static readonly long _latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    // The token of a withdrawn key must not be accepted for long, however long the authority's tokens last.
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public KnownCaller(Caller caller, IReadOnlySet<string> scopes, string tokenId, DateTimeOffset expireTime, string? grantId = null, TokenBinding? binding = null, DateTimeOffset? signInTime = null, string? clientId = null)
        : base(new ClaimsIdentity(TokenHandler.Name))
    {
        (Caller, Name, Scopes, TokenId, TokenName, ExpireTime) = (caller, NameOf(caller), scopes, tokenId, NameOf(tokenId), expireTime);
        (Binding, SignInTime) = (binding, signInTime);

        // A partner's client has the partner's id, whatever another authority calls it.
        ClientId = caller.Kind == CallerKind.Partner ? caller.Id : clientId ?? caller.Tool ?? "";
        GrantName = grantId is null ? null : NameOfGrant(grantId);
        Answer = Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(this, TokenHandler.Name)));
    }

    public Caller Caller { get; }

    /// <summary>The client that the token was issued to (RFC 9068, section 2.2); empty if the authority does not say it.</summary>
    public string ClientId { get; }

    /// <summary>The name under which all tokens of the caller are ended.</summary>
    public string Name { get; }

    /// <summary>The scopes of the token that methods of the contract ask for.</summary>
    public IReadOnlySet<string> Scopes { get; }

    /// <summary>The claim jti.</summary>
    public string TokenId { get; }

    /// <summary>The name under which this token is ended.</summary>
    public string TokenName { get; }

    /// <summary>When the person signed in (claim auth_time); null if the token does not say.</summary>
    public DateTimeOffset? SignInTime { get; }

    /// <summary>The name under which all tokens of the same sign-in at an app are ended; null for a machine's token.</summary>
    public string? GrantName { get; }

    /// <summary>The keys that the sender must prove with each call; null: whoever has the token may use it.</summary>
    public TokenBinding? Binding { get; }

    /// <summary>When the token must be validated again: at its expiry, and at most 5 minutes from now.</summary>
    public DateTimeOffset ExpireTime { get; }

    /// <summary>The authentication result for the framework, made once.</summary>
    public Task<AuthenticateResult> Answer { get; }

    /// <summary>The sign-in that a claim auth_time tells, in whole seconds; null if it tells none.</summary>
    public static DateTimeOffset? SignInTimeOf(string? claim) =>
        long.TryParse(claim, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= _latest ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>Takes the duty to ask the authority about the token, if it is due. Each time one call gets it.</summary>
    /// <param name="period">The time until it is due again.</param>
    public bool TakeCheck(DateTimeOffset now, TimeSpan period)
    {
        var due = Volatile.Read(ref _checkTime);
        return now.Ticks >= due && Interlocked.CompareExchange(ref _checkTime, (now + period).Ticks, due) == due;
    }

    /// <summary>Makes the next question due at a time.</summary>
    public void CheckAt(DateTimeOffset time) => Volatile.Write(ref _checkTime, time.Ticks);

    /// <summary>The name under which a token is ended, from its id (jti).</summary>
    public static string NameOf(string tokenId) => $"token {tokenId}";

    /// <summary>The name under which all tokens of one grant are ended.</summary>
    public static string NameOfGrant(string grantId) => $"grant {grantId}";

    /// <summary>The name under which all tokens of a caller are ended.</summary>
    public static string NameOf(Caller caller) => $"caller {caller}";

    /// <exception cref="UnusableCallerException">The token does not identify a caller.</exception>
    public static KnownCaller Of(AuthenticateResult validated, DateTimeOffset now)
    {
        var user = validated.Principal!;
        var granted = user.FindAll("scope").SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet();
        var expires = validated.Properties?.ExpiresUtc ?? now;
        return new KnownCaller(
            Callers.Read(user), MethodRules.Scopes.Where(granted.Contains).ToHashSet(), user.FindFirstValue("jti") ?? "",
            expires < now + Longest ? expires : now + Longest, user.FindFirstValue(GrantClaim),
            validated.Properties?.GetParameter<TokenBinding>(TokenBinding.Claim),
            SignInTimeOf(user.FindFirstValue("auth_time")), user.FindFirstValue("client_id"));
    }
}
