using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Rpc;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>Authorization server metadata (RFC 8414) beyond OpenIddict's own.</summary>
internal sealed class AuthorityMetadata(GatewayOptions options) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    private readonly string[] _proofs =
    [
        ClientAuthenticationMethods.ClientSecretBasic, ClientAuthenticationMethods.ClientSecretPost, ClientAuthenticationMethods.PrivateKeyJwt,
        .. options.SeesClientCertificates ? new[] { ClientCertificates.Method } : [],
    ];

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        // As clients know it: a URI would end with a slash.
        context.Metadata[Metadata.Issuer] = options.Issuer;
        foreach (var methods in new[]
        {
            context.TokenEndpointAuthenticationMethods, context.RevocationEndpointAuthenticationMethods, context.PushedAuthorizationEndpointAuthenticationMethods,
        })
        {
            methods.Clear();
            methods.UnionWith([.. _proofs, ClientAuthenticationMethods.None]);
        }

        context.IntrospectionEndpointAuthenticationMethods.Clear();
        context.IntrospectionEndpointAuthenticationMethods.UnionWith(_proofs);
        foreach (var endpoint in new[] { "token", "revocation", "introspection", "pushed_authorization_request" })
        {
            context.Metadata[$"{endpoint}_endpoint_auth_signing_alg_values_supported"] = new([.. ClientAssertions.Algorithms]);
        }

        context.Metadata["dpop_signing_alg_values_supported"] = new([.. DpopProof.Algorithms]);
        context.TlsClientCertificateBoundAccessTokens = options.SeesClientCertificates;
        context.Scopes.UnionWith(Enum.GetValues<CallerKind>().SelectMany(MethodRules.ScopesFor));
        return ValueTask.CompletedTask;
    }
}
