using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore;
using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Platform.Access;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// Binds tokens to a key of the client's: by a DPoP proof at the token endpoint (RFC 9449, section 5), or by the certificate of
/// the connection, for a client of which the operator demands it (RFC 8705, section 3). Codes are bound by dpop_jkt (RFC 9449,
/// section 10), refresh tokens of public clients by the proof that came with the code.
/// </summary>
internal sealed class BoundTokens(TokenProofs proofs)
    : IOpenIddictServerHandler<ValidateTokenRequestContext>, IOpenIddictServerHandler<ProcessSignInContext>, IOpenIddictServerHandler<GenerateTokenContext>,
    IOpenIddictServerHandler<ApplyTokenResponseContext>, IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    /// <summary>The token type of tokens that need a proof.</summary>
    public const string Dpop = "DPoP";

    private const string _binding = "token_binding";
    private const string _invalidProof = "invalid_dpop_proof";

    /// <summary>Called first, before a code is used up: a client that lacks only the nonce must be able to try again with its code.</summary>
    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (proofs.Read(http, TokenProofs.TokenEndpoint, context, out var key))
        {
            var client = context.Transaction.ProvenClient();
            var asksForCertificate = client.SenderConstraint == SenderConstraint.Mtls || (client.SenderConstraint == SenderConstraint.DpopOrMtls && key is null);
            var certificate = asksForCertificate && http.Connection.ClientCertificate is { } shown ? SenderProofs.ThumbprintOf(shown) : null;
            var binding = key is null && certificate is null ? null : new TokenBinding(key, certificate);
            context.Transaction.SetProperty(_binding, binding);
            if (!TokenBinding.Meets(binding, client.SenderConstraint))
            {
                context.Reject(
                    client.SenderConstraint == SenderConstraint.Mtls ? OpenIddictConstants.Errors.InvalidRequest : _invalidProof, Remedy(client.SenderConstraint));
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>A refresh token of a public client stays with its key, so it carries the key's thumbprint.</summary>
    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.EndpointType == OpenIddictServerEndpointType.Token && BindingOf(context.Transaction)?.KeyThumbprint is { } key
            && context.Transaction.ProvenClient().IsPublic)
        {
            context.Principal!.SetClaim(BoundCodes.Claim, key);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType == OpenIddictConstants.TokenTypeIdentifiers.AccessToken && BindingOf(context.Transaction) is { } binding)
        {
            context.SecurityTokenDescriptor.Claims[TokenBinding.Claim] = binding.ToClaim();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (context.Response.Error is null && BindingOf(context.Transaction)?.KeyThumbprint is not null)
        {
            context.Response.TokenType = Dpop;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Introspection names the key of a bound token (RFC 9449, section 6.2). Called when OpenIddict has filled in the rest.</summary>
    public ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        if (context.GenericTokenPrincipal.GetClaim(TokenBinding.Claim) is { } claim && JsonNode.Parse(claim) is JsonObject binding)
        {
            context.Confirmation = binding;
            context.TokenType = binding.ContainsKey(TokenBinding.KeyMember) ? Dpop : OpenIddictConstants.TokenTypes.Bearer;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Whether a request that exchanges a token proves every key to which the token is bound. So the new token is bound to them too.</summary>
    internal static bool KeepsBinding(ClaimsPrincipal subject, OpenIddictServerTransaction transaction) =>
        subject.GetClaim(TokenBinding.Claim) is not { } claim
        || (JsonNode.Parse(claim) is JsonObject bound && BindingOf(transaction)?.ToClaim() is { } proved
            && bound.All(member => proved.TryGetValue(member.Key, out var value) && (string?)member.Value == (string)value));

    /// <summary>How the tokens of a token request are bound; null if they are not.</summary>
    internal static TokenBinding? BindingOf(OpenIddictServerTransaction transaction) => transaction.GetProperty<TokenBinding>(_binding);

    private static string Remedy(SenderConstraint demanded) => demanded switch
    {
        SenderConstraint.Dpop => "The operator demands bound tokens of this client; send a DPoP proof (RFC 9449).",
        SenderConstraint.Mtls => "The operator demands tokens that are bound to a client certificate (RFC 8705); connect by TLS with the certificate.",
        _ => "The operator demands bound tokens of this client; send a DPoP proof (RFC 9449), or connect by TLS with a client certificate (RFC 8705).",
    };
}

/// <summary>
/// Codes that are bound to a key: dpop_jkt at the authorization endpoint and in a pushed request, or a proof with the pushed request
/// (RFC 9449, section 10). Code and refresh token then need a proof of that key.
/// </summary>
internal sealed class BoundCodes(TokenProofs proofs)
    : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>, IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>,
    IOpenIddictServerHandler<ProcessSignInContext>, IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    /// <summary>The claim of codes and refresh tokens with the thumbprint of their key. No access token has it.</summary>
    public const string Claim = "bound_jkt";

    private const string _parameter = "dpop_jkt";
    private const string _noThumbprint = "dpop_jkt must be the SHA-256 thumbprint (RFC 7638) of a key, in base64url.";

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (context.Request[_parameter] is { } asked && !TokenBinding.IsThumbprint((string?)asked))
        {
            context.Reject(OpenIddictConstants.Errors.InvalidRequest, _noThumbprint);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context)
    {
        var asked = (string?)context.Request[_parameter];
        if (context.Request[_parameter] is not null && !TokenBinding.IsThumbprint(asked))
        {
            context.Reject(OpenIddictConstants.Errors.InvalidRequest, _noThumbprint);
        }
        else if (proofs.Read(context.Transaction.GetHttpRequest()!.HttpContext, TokenProofs.PushEndpoint, context, out var key) && key is not null)
        {
            if (asked is not null && asked != key)
            {
                context.Reject(OpenIddictConstants.Errors.InvalidRequest, "dpop_jkt is not the key of the DPoP proof.");
                return ValueTask.CompletedTask;
            }

            context.Request[_parameter] = key;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Called when the person has signed in, before the code is made.</summary>
    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.EndpointType == OpenIddictServerEndpointType.Authorization && (string?)context.Request[_parameter] is { } key)
        {
            context.Principal!.SetClaim(Claim, key);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Called once a code is used up, so that nobody can try several keys. A refresh token stays: a stranger's attempt harms nobody.</summary>
    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if ((context.AuthorizationCodePrincipal ?? context.RefreshTokenPrincipal)?.GetClaim(Claim) is { } bound
            && BoundTokens.BindingOf(context.Transaction)?.KeyThumbprint != bound)
        {
            context.Reject(OpenIddictConstants.Errors.InvalidGrant, "The code or refresh token is bound to a key; send a DPoP proof of that key.");
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>Checks DPoP proofs at the authority's own endpoints. The nonces are apart from those of calls.</summary>
internal sealed class TokenProofs(GatewayOptions options, TimeProvider clock)
{
    public const string TokenEndpoint = "/oauth/token";
    public const string PushEndpoint = "/oauth/par";

    private readonly DpopProofs _proofs = new(clock, new DpopNonces(clock));

    /// <summary>Reads the proof of a request, and rejects the request if the proof is not valid.</summary>
    /// <param name="http">The request.</param>
    /// <param name="path">The path of the endpoint.</param>
    /// <param name="context">Is rejected if the proof is not valid.</param>
    /// <param name="key">The key's thumbprint; null if there is no proof.</param>
    /// <returns>False if the request is rejected.</returns>
    public bool Read(HttpContext http, string path, BaseValidatingContext context, out string? key)
    {
        key = null;
        var headers = http.Request.Headers[DpopProofs.Header];
        if (headers.Count == 0)
        {
            return true;
        }

        var outcome = _proofs.Check(headers, new ProvenRequest($"{options.Issuer}{path}"));
        if (outcome.NextNonce is { } nonce)
        {
            http.Response.Headers[DpopProofs.NonceHeader] = nonce;
        }

        key = outcome.KeyThumbprint;
        if (outcome.Problem is null)
        {
            return true;
        }

        context.Reject(
            outcome.Problem == TokenProblem.NonceNeeded ? "use_dpop_nonce" : "invalid_dpop_proof",
            outcome.Problem switch
            {
                TokenProblem.NonceNeeded => "Make a new proof with the nonce in the header DPoP-Nonce.",
                TokenProblem.ProofReplayed => "The proof was used before; make a new one for each request.",
                _ => $"The proof's {outcome.Fault} is not valid for this request (RFC 9449, section 4.3). Algorithms: {string.Join(' ', DpopProof.Algorithms)}. Address: {options.Issuer}{path}",
            });
        return false;
    }
}
