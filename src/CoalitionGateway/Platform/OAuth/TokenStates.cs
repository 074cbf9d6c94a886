using CoalitionGateway.Platform.Access;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Revocation (RFC 7009): a client ends one of its own tokens at every gateway. An access token ends alone. With a refresh
/// token ends its whole grant. A text that is no valid token is answered with 200.
/// </summary>
internal sealed class Revocations(EndedCallers ended, IOpenIddictTokenManager tokens)
    : IOpenIddictServerHandler<ValidateRevocationRequestContext>, IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    /// <summary>Called once the token is validated. OpenIddict would answer 200, and the client would believe it.</summary>
    public ValueTask HandleAsync(ValidateRevocationRequestContext context)
    {
        if (context.GenericTokenPrincipal is { } token && !token.HasPresenter(context.ClientId!))
        {
            context.Reject(Errors.InvalidGrant, "The token was issued to another client.");
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var token = context.GenericTokenPrincipal;
        if (token.HasTokenType(TokenTypeIdentifiers.AccessToken))
        {
            var known = token.ToKnownCaller();
            await ended.EndToken(known.TokenId, known.ExpireTime, CancellationToken.None);
        }
        else if (token.GetAuthorizationId() is { } grant)
        {
            await tokens.RevokeByAuthorizationIdAsync(grant, CancellationToken.None);
        }
    }
}

/// <summary>Introspection (RFC 7662) of an access token also says what this gateway knows: whether it ended before its time.</summary>
internal sealed class Introspections(EndedCallers ended, GatewayOptions options)
    : IOpenIddictServerHandler<HandleIntrospectionRequestContext>, IOpenIddictServerHandler<ApplyIntrospectionResponseContext>
{
    public async ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        if (context.GenericTokenPrincipal.HasTokenType(TokenTypeIdentifiers.AccessToken)
            && await ended.FindProblem(context.GenericTokenPrincipal.ToKnownCaller(), context.CancellationToken) is not null)
        {
            context.Reject(Errors.InvalidToken, "The token has ended.");
            return;
        }

        // OpenIddict tells scopes to the token's audience alone. Here only its owner asks.
        context.Scopes.UnionWith(context.GenericTokenPrincipal.GetScopes());
    }

    /// <summary>Names the issuer as the metadata and the tokens do: a URI would end with a slash.</summary>
    public ValueTask HandleAsync(ApplyIntrospectionResponseContext context)
    {
        if (context.Response[Claims.Issuer] is not null)
        {
            context.Response[Claims.Issuer] = options.Issuer;
        }

        return ValueTask.CompletedTask;
    }
}
