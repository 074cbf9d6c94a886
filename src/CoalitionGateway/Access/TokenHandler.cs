using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace CoalitionGateway.Access;

/// <summary>
/// Authenticates a call: a token that is known is only looked up; any other is validated by JwtBearer, whose failure
/// is the answer. A token of a key that the authority withdrew is known until it expires, for 5 minutes at most.
/// </summary>
internal sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, KnownTokens known, RevokedTokens revoked, SuspendedPartners suspended)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string Name = "Token";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!TokenHash.TryOf(Request.Headers.Authorization.ToString(), out var token))
        {
            return Validate(null);
        }

        if (known.Find(token) is not { } caller)
        {
            return Validate(token);
        }

        return revoked.Contains(caller.TokenId) || revoked.Contains(caller.Name) ? Task.FromResult(Revoked()) : caller.Answer;
    }

    private static AuthenticateResult Revoked() => AuthenticateResult.Fail(new UnusableCallerException(TokenProblem.Revoked));

    private async Task<AuthenticateResult> Validate(TokenHash? token)
    {
        var validated = await Context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (!validated.Succeeded)
        {
            return validated;
        }

        var caller = KnownCaller.Of(validated, TimeProvider.GetUtcNow());
        if (await revoked.Find(caller.TokenId) || await revoked.Find(caller.Name) || await suspended.Contains(caller.Caller, Context.RequestAborted))
        {
            return Revoked();
        }

        if (token is { } hash)
        {
            known.Put(hash, caller);
        }

        return await caller.Answer;
    }
}
