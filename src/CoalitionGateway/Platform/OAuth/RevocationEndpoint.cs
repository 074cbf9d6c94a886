using CoalitionGateway.Platform.Access;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// The revocation endpoint (RFC 7009): a client ends one of its own access tokens before its expiry, at every gateway.
/// A text that is not a valid token, or no longer one, is answered with 200.
/// </summary>
internal static class RevocationEndpoint
{
    public static async Task<IResult> Handle(
        HttpContext http, ClientRegistry clients, ClientAssertions assertions, FailedAttempts attempts, RateLimits limits, AccessTokens tokens, EndedCallers ended)
    {
        var (call, refusal) = await ClientCall.Read(http, clients, assertions, attempts, limits);
        if (call is null)
        {
            return refusal!;
        }

        var sent = call.Form["token"].ToString();
        if (sent.Length == 0)
        {
            return ClientCall.Error("invalid_request", "Send the token.");
        }

        if (await tokens.Read(sent) is not { } token)
        {
            return Results.Ok();
        }

        if (!token.TryGetPayloadValue<string>("client_id", out var owner) || owner != call.Client.Id)
        {
            return ClientCall.Error("invalid_grant", "The token was issued to another client.");
        }

        await ended.EndToken(token.Id, new DateTimeOffset(token.ValidTo), CancellationToken.None);
        return Results.Ok();
    }
}
