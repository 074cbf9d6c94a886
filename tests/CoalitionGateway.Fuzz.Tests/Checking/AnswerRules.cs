using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;

namespace CoalitionGateway.Fuzz.Tests.Checking;

/// <summary>The rules that every answer of the contract's methods must follow.</summary>
internal static class AnswerRules
{
    public const string Domain = "coalition-gateway";

    // Clients take 8 KiB of headers and trailers together by default.
    private const int _longestTrailers = 4096;

    /// <summary>
    /// The status codes of each reason, as the contract gives them. A missing membership can be NOT_FOUND or
    /// FAILED_PRECONDITION.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<StatusCode>> Documented { get; } = V1.ErrorReasonReflection.Descriptor.EnumTypes[0].Values
        .Where(reason => reason.Number != 0).ToDictionary(
            reason => reason.Name["ERROR_REASON_".Length..],
            reason => (IReadOnlyList<StatusCode>)(reason.Number == (int)V1.ErrorReason.MembershipNotFound
                ? [StatusCode.NotFound, StatusCode.FailedPrecondition]
                : [(StatusCode)(int)reason.GetOptions().GetExtension(V1.AnnotationsExtensions.Code)]));

    /// <summary>The fault of an answer; null if it has none.</summary>
    public static string? Problem(MethodDescriptor method, WireAnswer answer)
    {
        if (answer.IsLeft)
        {
            return null;
        }

        if (answer.Broken is not null)
        {
            return "the call broke off without a status";
        }

        // A request that is not gRPC gets an HTTP error. The client then reads no grpc-status.
        if (answer.HttpStatus is >= 400 and < 500)
        {
            return null;
        }

        if (answer.Grpc is not { } code)
        {
            return $"HTTP {answer.HttpStatus} without a grpc-status";
        }

        return code == 0 ? ProblemOfMessages(method, answer) : ProblemOfError((StatusCode)code, answer);
    }

    /// <summary>The fault of a refusal, of a call or of a stream entry; null if it has none.</summary>
    public static string? ProblemOf(Google.Rpc.Status status)
    {
        var infos = status.Details.Where(detail => detail.Is(ErrorInfo.Descriptor)).Select(detail => detail.Unpack<ErrorInfo>()).ToArray();
        if (infos.Length != 1)
        {
            return $"{(StatusCode)status.Code} with {infos.Length} ErrorInfos";
        }

        var (info, code) = (infos[0], (StatusCode)status.Code);
        if (info.Domain != Domain)
        {
            return $"an ErrorInfo of domain '{info.Domain}'";
        }

        if (info.Reason == "INTERNAL_FAULT")
        {
            return "INTERNAL_FAULT";
        }

        return !Documented.TryGetValue(info.Reason, out var codes) ? $"the contract knows no reason {info.Reason}"
            : !codes.Contains(code) ? $"{info.Reason} with {code}, which the contract does not say"
            : status.Message.Length == 0 ? $"{info.Reason} without a message"
            : code == StatusCode.InvalidArgument && info.Reason == "FIELD_INVALID" && !status.Details.Any(detail => detail.Is(BadRequest.Descriptor)) ? "FIELD_INVALID without a BadRequest"
            : null;
    }

    private static string? ProblemOfMessages(MethodDescriptor method, WireAnswer answer)
    {
        if (!method.IsServerStreaming && answer.Frames.Count != 1)
        {
            return $"OK with {answer.Frames.Count} messages";
        }

        foreach (var frame in answer.Frames)
        {
            var message = method.OutputType.Parser.ParseFrom(frame);
            if (RawCalls.RefusalOf(message) is { } refusal && ProblemOf(refusal) is { } problem)
            {
                return $"an entry of a stream: {problem}";
            }
        }

        return null;
    }

    private static string? ProblemOfError(StatusCode code, WireAnswer answer)
    {
        if (answer.Status is not { } status)
        {
            return $"{code} without details that can be read: {answer.Message}";
        }

        return status.Code != (int)code ? $"{code} with details of {(StatusCode)status.Code}"
            : status.Message != answer.Message ? $"{code} with two messages"
            : (answer.Details!.Length * 4 / 3) + answer.Message.Length > _longestTrailers ? $"trailers of {answer.Details.Length} bytes of details"
            : ProblemOf(status);
    }
}
