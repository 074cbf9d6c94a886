using CoalitionGateway.Ledger;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace CoalitionGateway.Rpc;

/// <summary>
/// The one place that knows how a refusal looks on the wire: a canonical code, an ErrorInfo with the reason, and
/// where it fits BadRequest, PreconditionFailure or RetryInfo, as google.rpc.Status in grpc-status-details-bin.
/// </summary>
internal static class RefusalStatus
{
    public const string Domain = "coalition-gateway";
    public const string DetailsTrailer = "grpc-status-details-bin";

    private static readonly EnumDescriptor _reasons = V1.ErrorReasonReflection.Descriptor.EnumTypes[0];

    /// <summary>The code of each reason that a rule can give.</summary>
    public static StatusCode CodeOf(Refusal refusal) => refusal.Reason switch
    {
        RefusalReason.RequestIdReused or RefusalReason.PartnerExists or RefusalReason.ProgrammeExists
            or RefusalReason.MembershipNumberTaken or RefusalReason.PurchaseReferenceTaken
            or RefusalReason.AlreadyInPool => StatusCode.AlreadyExists,
        RefusalReason.MembershipNotFound when refusal.IsPrecondition => StatusCode.FailedPrecondition,
        RefusalReason.PartnerNotFound or RefusalReason.ProgrammeNotFound or RefusalReason.MembershipNotFound
            or RefusalReason.PurchaseNotFound or RefusalReason.RouteNotFound or RefusalReason.TransferNotFound
            or RefusalReason.PoolNotFound or RefusalReason.NoticeNotFound or RefusalReason.ConsentNotFound => StatusCode.NotFound,
        RefusalReason.LinkCodeInvalid => StatusCode.PermissionDenied,
        RefusalReason.CurrencyMismatch or RefusalReason.AmountTooLarge or RefusalReason.AmountNotInSteps
            or RefusalReason.AmountBelowMinimum or RefusalReason.AmountAboveMaximum or RefusalReason.TransferYieldsNothing
            or RefusalReason.ConsentNotNeeded => StatusCode.InvalidArgument,
        RefusalReason.PartnerHasProgramme or RefusalReason.PartnerWithoutProgramme or RefusalReason.RatesGainInCycle
            or RefusalReason.MembershipExists or RefusalReason.AgreementNotFound or RefusalReason.ReturnExceedsPurchase
            or RefusalReason.RouteSuspended or RefusalReason.InsufficientPoints or RefusalReason.PoolFull
            or RefusalReason.InvitationExpired or RefusalReason.InsufficientShare or RefusalReason.NoticeOutdated => StatusCode.FailedPrecondition,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Reason, "No code is given for this reason."),
    };

    /// <summary>A reason's name on the wire: that of the contract's value without its prefix.</summary>
    public static string NameOf(V1.ErrorReason reason) => _reasons.FindValueByNumber((int)reason).Name["ERROR_REASON_".Length..];

    public static Google.Rpc.Status Of(Refusal refusal)
    {
        var code = CodeOf(refusal);
        var status = Of(code, (V1.ErrorReason)(int)refusal.Reason, refusal.Message, refusal.Metadata);
        if (refusal.Field is { } field && code == StatusCode.InvalidArgument)
        {
            status.Details.Add(Any.Pack(BadRequestOf([(field, refusal.Message)])));
        }

        if (code == StatusCode.FailedPrecondition)
        {
            var failure = new PreconditionFailure();
            failure.Violations.Add(new PreconditionFailure.Types.Violation
            {
                Type = NameOf((V1.ErrorReason)(int)refusal.Reason),
                Subject = refusal.Field ?? "",
                Description = refusal.Message,
            });
            status.Details.Add(Any.Pack(failure));
        }

        return status;
    }

    public static Google.Rpc.Status Of(InvalidFieldsException invalid)
    {
        var fields = string.Join(',', invalid.Violations.Select(violation => violation.Field).Distinct());
        var status = Of(StatusCode.InvalidArgument, V1.ErrorReason.FieldInvalid, invalid.Message, [("fields", fields)]);
        status.Details.Add(Any.Pack(BadRequestOf(invalid.Violations)));
        return status;
    }

    public static Google.Rpc.Status Of(
        StatusCode code, V1.ErrorReason reason, string message, IReadOnlyList<(string Name, string Value)> metadata, TimeSpan? retryAfter = null)
    {
        var info = new ErrorInfo { Domain = Domain, Reason = NameOf(reason) };
        foreach (var (name, value) in metadata)
        {
            info.Metadata[name] = value;
        }

        var status = new Google.Rpc.Status { Code = (int)code, Message = message, Details = { Any.Pack(info) } };
        if (retryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = delay.ToDuration() }));
        }

        return status;
    }

    public static RpcException ToException(this Google.Rpc.Status status) => new(
        new Grpc.Core.Status((StatusCode)status.Code, status.Message),
        new Metadata { { DetailsTrailer, status.ToByteArray() } });

    private static BadRequest BadRequestOf(IEnumerable<(string Field, string Problem)> violations)
    {
        var request = new BadRequest();
        request.FieldViolations.AddRange(violations.Select(violation =>
            new BadRequest.Types.FieldViolation { Field = violation.Field, Description = violation.Problem }));
        return request;
    }
}
