using CoalitionGateway.V1;
using Google.Rpc;
using Grpc.Core;

namespace CoalitionGateway.Client;

/// <summary>A gateway's refusal, read from the details of a call's status.</summary>
/// <param name="Reason">The contract's reason, to program against; Unspecified for one that this client does not know.</param>
/// <param name="ReasonText">The reason as the gateway sent it, such as AMOUNT_NOT_IN_STEPS: a newer gateway's too.</param>
/// <param name="Metadata">Everything variable; the nearest thing that would work among it.</param>
/// <param name="Fields">The request fields at fault, with what is wrong.</param>
/// <param name="RetryAfter">How long to wait before trying again, where waiting helps.</param>
public sealed record GatewayRefusal(
    StatusCode Code, ErrorReason Reason, string ReasonText, string Message, IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<(string Field, string Problem)> Fields, TimeSpan? RetryAfter)
{
    private const string _domain = "coalition-gateway";
    private const string _prefix = "ERROR_REASON_";

    /// <summary>Whether the same request may succeed later, without any change.</summary>
    public bool MayPass => Code == StatusCode.Unavailable || (Code == StatusCode.ResourceExhausted && RetryAfter is not null);

    /// <summary>The refusal of a failed call; null where it is not the gateway's, such as when no connection came about.</summary>
    public static GatewayRefusal? From(RpcException failed) =>
        failed.GetRpcStatus() is { } status ? From(status) : null;

    /// <summary>The refusal of an entry of a stream.</summary>
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
            (StatusCode)status.Code, ReasonOf(info.Reason), info.Reason, status.Message, info.Metadata.ToDictionary(pair => pair.Key, pair => pair.Value),
            [.. fields?.FieldViolations.Select(violation => (violation.Field, violation.Description)) ?? []],
            retry?.RetryDelay.ToTimeSpan());
    }

    private static ErrorReason ReasonOf(string text) =>
        (ErrorReason)(ErrorReasonReflection.Descriptor.EnumTypes[0].FindValueByName(_prefix + text)?.Number ?? 0);
}
