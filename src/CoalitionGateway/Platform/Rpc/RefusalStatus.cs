using CoalitionGateway.Ledger;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using CoalitionGateway.Platform.Contract;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// The one place that knows the wire form of a refusal: a canonical code, an ErrorInfo with the reason, and BadRequest,
/// PreconditionFailure or RetryInfo if one applies, as google.rpc.Status in grpc-status-details-bin. Its size stays
/// within the trailers that clients accept: a text that is too long ends in "…".
/// </summary>
internal static class RefusalStatus
{
    public const string Domain = "coalition-gateway";
    public const string DetailsTrailer = "grpc-status-details-bin";

    private static readonly Dictionary<V1.ErrorReason, (string Name, StatusCode Code)> _reasons = V1.ErrorReasonReflection.Descriptor.EnumTypes[0].Values
        .Where(reason => reason.Number != 0).ToDictionary(
            reason => (V1.ErrorReason)reason.Number,
            reason => (reason.Name["ERROR_REASON_".Length..], (StatusCode)(int)reason.GetOptions().GetExtension(V1.AnnotationsExtensions.Code)));

    /// <summary>The contract's code of the reason; FAILED_PRECONDITION if the call only depends on the missing thing.</summary>
    public static StatusCode CodeOf(Refusal refusal) =>
        refusal.IsPrecondition ? StatusCode.FailedPrecondition : _reasons[(V1.ErrorReason)refusal.Reason.Number].Code;

    /// <summary>A reason's name on the wire: the name of the contract's value without its prefix.</summary>
    public static string NameOf(V1.ErrorReason reason) => _reasons[reason].Name;

    public static Google.Rpc.Status Of(Refusal refusal)
    {
        var code = CodeOf(refusal);
        var reason = (V1.ErrorReason)refusal.Reason.Number;
        return new Answer(code, NameOf(reason), refusal.Message, refusal.Metadata)
        {
            Violations = refusal.Field is { } field && code == StatusCode.InvalidArgument ? [(field, refusal.Message)] : [],
            Precondition = code == StatusCode.FailedPrecondition ? refusal.Field ?? "" : null,
        }.Fit();
    }

    public static Google.Rpc.Status Of(InvalidFieldsException invalid)
    {
        var fields = string.Join(',', invalid.Violations.Select(violation => violation.Field).Distinct());
        return new Answer(StatusCode.InvalidArgument, NameOf(V1.ErrorReason.FieldInvalid), invalid.Message, [("fields", fields)])
        {
            Violations = invalid.Violations,
        }.Fit();
    }

    public static Google.Rpc.Status Of(
        V1.ErrorReason reason, string message, IReadOnlyList<(string Name, string Value)> metadata, TimeSpan? retryAfter = null) =>
        new Answer(_reasons[reason].Code, NameOf(reason), message, metadata) { RetryAfter = retryAfter }.Fit();

    /// <summary>The content of a status before it is cut to size.</summary>
    private sealed record Answer(StatusCode Code, string Reason, string Message, IReadOnlyList<(string Name, string Value)> Metadata)
    {
        // Trailers carry the message twice: as grpc-message, and in the base64 details. Both together stay below 4 KiB.
        private const int _maxMessageBytes = 768;
        private const int _maxDetailsBytes = 2048;

        // The longest text, and the most metadata and violations. The first pair that fits is used.
        private static readonly (int Longest, int Most)[] _limits = [(_maxDetailsBytes, 64), (512, 32), (256, 32), (128, 16), (64, 16), (32, 8)];

        public IReadOnlyList<(string Field, string Problem)> Violations { get; init; } = [];

        /// <summary>The subject of a failed precondition; null if none failed.</summary>
        public string? Precondition { get; init; }

        public TimeSpan? RetryAfter { get; init; }

        public Google.Rpc.Status Fit()
        {
            var status = Within(_limits[0]);
            for (var i = 1; i < _limits.Length && !Fits(status); i++)
            {
                status = Within(_limits[i]);
            }

            return status;
        }

        private static bool Fits(Google.Rpc.Status status) =>
            status.CalculateSize() <= _maxDetailsBytes && GrpcMessage.EncodedLength(status.Message) <= _maxMessageBytes;

        private Google.Rpc.Status Within((int Longest, int Most) limit)
        {
            string Short(string text) => Excerpt.Of(text, limit.Longest);
            var info = new ErrorInfo { Domain = Domain, Reason = Reason };
            foreach (var (name, value) in Metadata.Take(limit.Most))
            {
                info.Metadata[name] = Short(value);
            }

            var status = new Google.Rpc.Status { Code = (int)Code, Message = Short(Message), Details = { Any.Pack(info) } };
            if (Violations.Count > 0)
            {
                var request = new BadRequest();
                request.FieldViolations.AddRange(Violations.Take(limit.Most).Select(violation =>
                    new BadRequest.Types.FieldViolation { Field = Short(violation.Field), Description = Short(violation.Problem) }));
                status.Details.Add(Any.Pack(request));
            }

            if (Precondition is { } subject)
            {
                var failure = new PreconditionFailure();
                failure.Violations.Add(new PreconditionFailure.Types.Violation { Type = Reason, Subject = subject, Description = Short(Message) });
                status.Details.Add(Any.Pack(failure));
            }

            if (RetryAfter is { } delay)
            {
                status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = delay.ToDuration() }));
            }

            return status;
        }
    }
}
