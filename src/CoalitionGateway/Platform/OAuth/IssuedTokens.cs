using System.Security.Claims;
using CoalitionGateway.Platform.Access;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>Access tokens have no row: they last five minutes, and what ends earlier is in <see cref="EndedCallers"/>.</summary>
internal sealed class TokensWithoutRows : IOpenIddictServerHandler<GenerateTokenContext>
{
    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        context.CreateTokenEntry &= context.TokenType is not (TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken);
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Gives tokens the issuer's name as clients know it, without the slash that a URI ends with. An access token has only the
/// claims of RFC 9068 and the caller's; OpenIddict's own stay in codes and refresh tokens.
/// </summary>
internal sealed class TokenForm(GatewayOptions options) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        var token = context.SecurityTokenDescriptor;
        token.Issuer = options.Issuer;
        if (context.TokenType is TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken)
        {
            token.NotBefore = token.IssuedAt;
            token.Subject = new ClaimsIdentity(token.Subject.Claims.Where(claim => !claim.Type.StartsWith(Claims.Prefixes.Private, StringComparison.Ordinal)));
            if (context.TokenType == TokenTypeIdentifiers.AccessToken && context.Principal.GetAuthorizationId() is { } grant)
            {
                token.Claims[KnownCaller.GrantClaim] = grant;
            }
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Uses up a code, a refresh token or a pushed request. Of two requests with the same one, even at the same instant, one gets
/// tokens, and the other one ends the whole grant (RFC 9700, section 4.14.2; RFC 6749, section 4.1.2).
/// </summary>
internal sealed class UsedUp(IOpenIddictTokenManager tokens) : IOpenIddictServerHandler<ValidateTokenRequestContext>, IOpenIddictServerHandler<ProcessSignInContext>
{
    /// <summary>A code is used up before its redirect and its verifier are compared, so that nobody can try several.</summary>
    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.AuthorizationCodePrincipal is not { } code)
        {
            return;
        }

        await Use(code, context);
        if (!context.IsRejected && !Pkce.IsVerifier(context.Request.CodeVerifier ?? ""))
        {
            context.Reject(Errors.InvalidGrant, "The code_verifier must be 43 to 128 unreserved characters (RFC 7636, section 4.1).");
        }
    }

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        var authenticated = context.Transaction.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!);
        if ((context.EndpointType == OpenIddictServerEndpointType.Authorization ? authenticated?.RequestTokenPrincipal : authenticated?.RefreshTokenPrincipal) is { } used)
        {
            await Use(used, context);
        }
    }

    private async ValueTask Use(ClaimsPrincipal used, BaseValidatingContext context)
    {
        if (await tokens.FindByIdAsync(used.GetTokenId()!, CancellationToken.None) is { } found && await tokens.TryRedeemAsync(found, CancellationToken.None))
        {
            return;
        }

        if (used.GetAuthorizationId() is { } grant)
        {
            await tokens.RevokeByAuthorizationIdAsync(grant, CancellationToken.None);
        }

        context.Reject(Errors.InvalidGrant, "The code or token was used before; all tokens that came of it have ended.");
    }
}

/// <summary>Reads the caller of a token that OpenIddict has validated.</summary>
internal static class ValidatedTokens
{
    public static KnownCaller ToKnownCaller(this ClaimsPrincipal token) => new(
        Callers.Read(token), token.GetScopes().ToHashSet(), token.GetClaim(Claims.JwtId)!, token.GetExpirationDate() ?? DateTimeOffset.MinValue,
        token.GetClaim(KnownCaller.GrantClaim), TokenBinding.Of(token.GetClaim(TokenBinding.Claim)),
        KnownCaller.SignInTimeOf(token.GetClaim(Claims.AuthenticationTime)), token.GetPresenters().FirstOrDefault());
}
