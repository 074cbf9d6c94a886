using CoalitionGateway.Client;
using Grpc.Core;

namespace CoalitionGateway.Cli.Hosting;

/// <summary>Describes a failed call for the user.</summary>
internal static class FailedCall
{
    private const string _unreached = "cannot be reached";

    /// <summary>Says where the call failed and why: at the gateway, on the way to it, or at the token issuer.</summary>
    public static string Say(RpcException failed) => failed.Status.DebugException switch
    {
        TokenRefusedException token => token.Message,
        _ when GatewayRefusal.From(failed) is { } refusal => $"The gateway refused with {refusal.ReasonText}: {refusal.Message}",
        not null when failed.Status.Detail.Contains(_unreached, StringComparison.Ordinal) => $"The gateway {failed.Status.Detail}",
        { } cause when cause is HttpRequestException || failed.StatusCode == StatusCode.Unavailable => $"The gateway {_unreached}: {Causes(cause)}",
        _ => $"The gateway answered {failed.StatusCode}: {failed.Status.Detail}",
    };

    /// <summary>Whether the request itself is refused: repeating it does not help, and its caller's token is not at fault.</summary>
    public static bool IsOfTheRequest(RpcException failed) =>
        !Retries.MayPass(failed) && failed.StatusCode is not (StatusCode.Unauthenticated or StatusCode.PermissionDenied);

    private static string Causes(Exception? failed)
    {
        var messages = new List<string>();
        for (; failed is not null; failed = failed.InnerException)
        {
            messages.Add(failed.Message);
        }

        return string.Join(' ', messages);
    }
}
