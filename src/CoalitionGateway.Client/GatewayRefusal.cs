using CoalitionGateway.V1;
using Google.Rpc;
using Grpc.Core;

namespace CoalitionGateway.Client;

/// <summary>A gateway's refusal, read from the details of a call's status.</summary>
/// <param name="Reason">The contract's reason, for programs. Unspecified if this client does not know the reason.</param>
/// <param name="ReasonText">The reason as sent, such as AMOUNT_NOT_IN_STEPS. Set also for reasons of a newer gateway.</param>
/// <param name="Metadata">All variable values, such as the nearest value that would work.</param>
/// <param name="Fields">The request fields at fault, each with its problem.</param>
/// <param name="RetryAfter">The wait before the next attempt; null if waiting does not help.</param>
public sealed record GatewayRefusal(
    StatusCode Code, ErrorReason Reason, string ReasonText, string Message, IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<(string Field, string Problem)> Fields, TimeSpan? RetryAfter)
{
    private const string _domain = "coalition-gateway";
    private const string _prefix = "ERROR_REASON_";

    /// <summary>Whether the same request may succeed later without a change.</summary>
    public bool MayPass => Code == StatusCode.Unavailable || (Code == StatusCode.ResourceExhausted && RetryAfter is not null);

    /// <summary>The refusal of a failed call. Null if the gateway did not refuse, as when no connection was made.</summary>
    public static GatewayRefusal? From(RpcException failed) =>
        failed.GetRpcStatus() is { } status ? From(status) : null;

    /// <summary>The refusal of one entry in a stream. Null if the status is not a gateway's refusal.</summary>
    public static GatewayRefusal? From(Google.Rpc.Status status)
    {
        var info = status.GetDetail<ErrorInfo>();
        if (info?.Domain != _domain)
        {
            return null;
        }

        var fields = status.GetDetail<BadRequest>();
        var retry = status.GetDetail<RetryInfo>();
        return new GatewayRefusal(
            (StatusCode)status.Code, ReasonOf(info.Reason), info.Reason, status.Message,
            info.Metadata.ToDictionary(pair => pair.Key, pair => pair.Value),
            [.. fields?.FieldViolations.Select(violation => (violation.Field, violation.Description)) ?? []],
            retry?.RetryDelay.ToTimeSpan());
    }

    private static ErrorReason ReasonOf(string text) =>
        (ErrorReason)(ErrorReasonReflection.Descriptor.EnumTypes[0].FindValueByName(_prefix + text)?.Number ?? 0);
}
