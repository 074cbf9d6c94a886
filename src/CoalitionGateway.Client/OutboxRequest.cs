using CoalitionGateway.V1;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Client;

/// <summary>A request that an outbox keeps.</summary>
/// <param name="RequestId">The request id, which every attempt has.</param>
/// <param name="Method">The method's name, such as RecordPurchase.</param>
/// <param name="Request">The request.</param>
public sealed record OutboxRequest(string RequestId, string Method, IMessage Request)
{
    private static readonly Dictionary<string, Kind> _kinds = new Kind[]
    {
        Of(RecordPurchaseRequest.Parser, (client, request, options) => client.Earning.RecordPurchaseAsync(request, options)),
        Of(ReversePurchaseRequest.Parser, (client, request, options) => client.Earning.ReversePurchaseAsync(request, options)),
        Of(RecordReturnRequest.Parser, (client, request, options) => client.Earning.RecordReturnAsync(request, options)),
        Of(UndoReturnRequest.Parser, (client, request, options) => client.Earning.UndoReturnAsync(request, options)),
        Of(ReservePointsRequest.Parser, (client, request, options) => client.Rewards.ReservePointsAsync(request, options)),
        Of(CaptureRedemptionRequest.Parser, (client, request, options) => client.Rewards.CaptureRedemptionAsync(request, options)),
        Of(ReleaseRedemptionRequest.Parser, (client, request, options) => client.Rewards.ReleaseRedemptionAsync(request, options)),
        Of(RefundRedemptionRequest.Parser, (client, request, options) => client.Rewards.RefundRedemptionAsync(request, options)),
        Of(UseVoucherRequest.Parser, (client, request, options) => client.Rewards.UseVoucherAsync(request, options)),
    }.ToDictionary(kind => kind.Method, StringComparer.Ordinal);

    /// <summary>The methods whose requests an outbox keeps.</summary>
    public static IEnumerable<string> Methods => _kinds.Keys.Order(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">An outbox does not keep requests of this type.</exception>
    internal static OutboxRequest Of(IMessage request)
    {
        var method = MethodOf(request);
        if (!_kinds.TryGetValue(method, out var kind))
        {
            throw new ArgumentException(
                $"An outbox does not keep a {request.Descriptor.Name}; it keeps requests of {string.Join(", ", Methods)}.",
                nameof(request));
        }

        // A copy: the caller may change the message later.
        var kept = kind.Parser.ParseFrom(request.ToByteString());
        var field = kept.Descriptor.FindFieldByName("request_id").Accessor;
        if ((string)field.GetValue(kept) is not { Length: > 0 } id)
        {
            id = RequestIds.New();
            field.SetValue(kept, id);
        }

        return new OutboxRequest(id, method, kept);
    }

    /// <exception cref="FormatException">There is no such method, or the text is no request of it.</exception>
    internal static OutboxRequest Parse(string method, string json)
    {
        try
        {
            return _kinds.TryGetValue(method, out var kind)
                ? Of(kind.Parser.ParseJson(json)) : throw new FormatException($"'{method}' is no method of an outbox.");
        }
        catch (InvalidProtocolBufferException wrong)
        {
            throw new FormatException($"The request of {method} cannot be read: {wrong.Message}", wrong);
        }
    }

    internal Task<IMessage> Send(CoalitionClient client, CancellationToken cancellation) =>
        _kinds[Method].Send(client, Request, new CallOptions(cancellationToken: cancellation));

    private static string MethodOf(IMessage request) => request.Descriptor.Name[..^"Request".Length];

    private static Kind Of<TRequest, TResponse>(
        MessageParser<TRequest> parser, Func<CoalitionClient, TRequest, CallOptions, AsyncUnaryCall<TResponse>> send)
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage => new(
            MethodOf(new TRequest()), parser, async (client, request, options) =>
            {
                using var call = send(client, (TRequest)request, options);
                return await call.ResponseAsync.ConfigureAwait(false);
            });

    private sealed record Kind(string Method, MessageParser Parser, Func<CoalitionClient, IMessage, CallOptions, Task<IMessage>> Send);
}
