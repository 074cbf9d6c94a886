using CoalitionGateway.Platform.OAuth;
using Duende.IdentityServer;
using Duende.IdentityServer.Models;
using Duende.IdentityServer.Validation;

namespace CoalitionGateway.Identity;

/// <summary>
/// private_key_jwt by the embedded authority's rules: for the issuer alone, five minutes at most, good once at whichever of
/// the two sees it first. IdentityServer's own validator takes an assertion of any length and several audiences.
/// </summary>
internal sealed class AssertedClients(ClientRegistry registry, ClientAssertions assertions) : ISecretValidator
{
    public async Task<SecretValidationResult> ValidateAsync(IEnumerable<Secret> secrets, ParsedSecret parsedSecret) => new()
    {
        Success = parsedSecret is { Type: IdentityServerConstants.ParsedSecretTypes.JwtBearer, Credential: string assertion }
            && await assertions.Prove(parsedSecret.Id, await registry.Find(parsedSecret.Id, CancellationToken.None), assertion) == AssertionOutcome.Proved,
    };
}
