using CoalitionGateway.Client;
using Grpc.Core;

namespace CoalitionGateway.Cli.Hosting;

/// <summary>What is to be said of a call that failed.</summary>
internal static class FailedCall
{
    private const string _unreached = "cannot be reached";

    /// <summary>Who failed and why: the gateway, the way to it, or the issuer of the call's token.</summary>
    public static string Say(RpcException failed) => failed.Status.DebugException switch
    {
        TokenRefusedException token => token.Message,
        _ when GatewayRefusal.From(failed) is { } refusal => $"The gateway refused with {refusal.ReasonText}: {refusal.Message}",
        not null when failed.Status.Detail.Contains(_unreached, StringComparison.Ordinal) => $"The gateway {failed.Status.Detail}",
        { } cause when cause is HttpRequestException || failed.StatusCode == StatusCode.Unavailable => $"The gateway {_unreached}: {Causes(cause)}",
        _ => $"The gateway answered {failed.StatusCode}: {failed.Status.Detail}",
    };

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
