using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using Grpc.Core;
using Microsoft.Net.Http.Headers;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// Step-up (RFC 9470): some calls of members and persons need a sign-in within the last minutes. A stolen phone's app, or a stolen refresh token, has
/// an old one.
/// </summary>
internal static class FreshSignIn
{
    /// <summary>How long ago the sign-in may be for a call that moves much.</summary>
    public static readonly TimeSpan ForMuch = TimeSpan.FromMinutes(10);

    /// <summary>The refusal of a member or person whose sign-in is too long ago; null if it is not, or if nobody signed in: a rule decides about tools.</summary>
    public static Google.Rpc.Status? Refuses(KnownCaller caller, TimeSpan maxAge, DateTimeOffset now) =>
        (caller.Caller.Kind != CallerKind.Member && caller.SignInTime is null) || now - caller.SignInTime <= maxAge + AccessSetup.ClockSkew
            ? null
            : RefusalStatus.Of(V1.ErrorReason.SignInTooOld, "The sign-in is too long ago for this; sign in again.", [("max_age", $"{maxAge.TotalSeconds:0}")]);

    /// <summary>Refuses a call that turns out to need a fresh sign-in.</summary>
    /// <exception cref="StatusException">The member signed in too long ago.</exception>
    public static void Demand(this ServerCallContext context, TimeSpan maxAge, TimeProvider clock)
    {
        if (Refuses((KnownCaller)context.GetHttpContext().User, maxAge, clock.GetUtcNow()) is { } refusal)
        {
            Challenge(context.GetHttpContext(), refusal);
            throw new StatusException(refusal);
        }
    }

    private static string Scheme(HttpContext http) => http.User is KnownCaller { Binding.KeyThumbprint: not null } ? "DPoP" : "Bearer";

    /// <summary>Says the same in HTTP's own words (RFC 9470, section 3).</summary>
    public static void Challenge(HttpContext http, Google.Rpc.Status refusal)
    {
        foreach (var info in refusal.Details.Where(detail => detail.Is(Google.Rpc.ErrorInfo.Descriptor)).Select(detail => detail.Unpack<Google.Rpc.ErrorInfo>()))
        {
            if (info.Metadata.TryGetValue("max_age", out var seconds))
            {
                http.Response.Headers[HeaderNames.WWWAuthenticate] = $"{Scheme(http)} error=\"insufficient_user_authentication\", max_age=\"{seconds}\"";
            }
        }
    }
}
