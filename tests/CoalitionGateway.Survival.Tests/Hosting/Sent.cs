using CoalitionGateway.V1;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Survival.Tests.Hosting;

/// <summary>One request and its outcome.</summary>
internal sealed class Sent(IMessage request, string member)
{
    public IMessage Request => request;

    /// <summary>The membership number, at alpha, of the member that the request is about.</summary>
    public string Member => member;

    public DateTime SendTime { get; private set; }

    public IMessage? Answer { get; private set; }

    public RpcException? Failed { get; private set; }

    /// <summary>A rule's refusal. It is an answer too, and is stored as one.</summary>
    public GatewayRefusal? Refusal => Failed is { StatusCode: not StatusCode.Unavailable } && GatewayRefusal.From(Failed) is { ReasonText: not "INTERNAL_FAULT" } refusal ? refusal : null;

    public bool IsAnswered => Answer is not null || Refusal is not null;

    public Guid RequestId => Guid.Parse((string)request.Descriptor.FindFieldByName("request_id").Accessor.GetValue(request));

    /// <summary>Whether the outcome is UNAVAILABLE with a time for the next try, as a client needs it.</summary>
    public bool IsClearlyUnavailable =>
        Failed is { StatusCode: StatusCode.Unavailable } && GatewayRefusal.From(Failed) is { ReasonText: "STORE_UNAVAILABLE", RetryAfter: not null };

    public string Outcome => Answer is not null ? "answered" : $"{Failed?.StatusCode} {(Failed is null ? "" : GatewayRefusal.From(Failed)?.ReasonText)} {Failed?.Status.Detail}";

    /// <summary>Sends the request. A later call sends it again with the same request id.</summary>
    public async Task<Sent> To(Front front)
    {
        SendTime = DateTime.UtcNow;
        try
        {
            (Answer, Failed) = (await front.Call(request, member), null);
        }
        catch (RpcException failed)
        {
            (Answer, Failed) = (null, failed);
        }

        return this;
    }

    /// <summary>Sends the same request again, as a client does that has no answer. Returns the new outcome.</summary>
    public Task<Sent> Again(Front front) => new Sent(request, member).To(front);

    /// <summary>The change of the member's points less the member's debt, by programme.</summary>
    public IEnumerable<(string Programme, long Points)> Effect() => EffectOf(Answer);

    /// <summary>The change of a member's points less the member's debt that an answer tells, by programme.</summary>
    public static IEnumerable<(string Programme, long Points)> EffectOf(IMessage? answer) => answer switch
    {
        RecordPurchaseResponse { Purchase: var purchase } => [(purchase.ProgrammeId, purchase.GivenPoints)],
        ReversePurchaseResponse { Reversal: var reversal } => [(reversal.ProgrammeId, -reversal.TakenPoints)],
        CreateTransferResponse { Transfer: var transfer } => [(transfer.SourceProgrammeId, -transfer.AmountPoints), (transfer.DestinationProgrammeId, transfer.ArrivedPoints)],
        ReservePointsResponse { Redemption: var redemption } => [(redemption.ProgrammeId, -redemption.AmountPoints)],
        CaptureRedemptionResponse captured => [(Front.Alpha, captured.ReleasedPoints)],
        ReleaseRedemptionResponse released => [(Front.Alpha, released.ReleasedPoints)],
        RefundRedemptionResponse refunded => [(Front.Alpha, refunded.RefundedPoints - refunded.LapsedPoints)],
        ClaimRewardResponse { Voucher: var voucher } => [(voucher.ProgrammeId, -voucher.PricePoints)],
        _ => [],
    };
}
