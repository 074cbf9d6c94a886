using System.Security.Claims;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.OAuth;
using Duende.IdentityServer.Validation;

namespace CoalitionGateway.Identity;

/// <summary>Puts into each token what the gateways read of it: who calls, and for a client on its own behalf as whom.</summary>
internal sealed class CallerClaims(ClientRegistry registry) : ICustomTokenRequestValidator
{
    public async Task ValidateAsync(CustomTokenRequestValidationContext context)
    {
        var request = context.Result!.ValidatedRequest;
        if (await registry.Find(request.ClientId, CancellationToken.None) is not { } client)
        {
            context.Result.IsError = true;
            context.Result.Error = "invalid_client";
            return;
        }

        if (client.IsSuspended)
        {
            // It has proved itself: it is told why.
            (context.Result.IsError, context.Result.Error, context.Result.ErrorDescription) = (true, "unauthorized_client", "The client is suspended; ask the coalition's operator.");
            return;
        }

        var kind = request.Subject is null ? client.Kind : CallerKind.Member;
        request.ClientClaims.Add(new Claim(Callers.KindClaim, Caller.NameOf(kind)));
        if (request.Subject is null)
        {
            request.ClientClaims.Add(new Claim("sub", client.Subject));
        }
    }
}
