using CoalitionGateway.V1;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace CoalitionGateway.Client;

/// <summary>
/// Sends proofs of a <see cref="DpopKey"/> with calls, and remembers the gateway's nonces. A unary call that only lacks the nonce is
/// sent again once. A stream cannot be sent again, so its nonce is fetched before it is opened.
/// </summary>
internal sealed class DpopInterceptor(Uri address, DpopKey key) : Interceptor
{
    private const string _nonceHeader = "dpop-nonce";
    private const string _problem = "nonce_needed";

    private static readonly HashSet<string> _streams =
    [
        .. new ServiceDescriptor[]
        {
            ProgrammeService.Descriptor, MemberService.Descriptor, EarningService.Descriptor, RuleService.Descriptor, MovementService.Descriptor,
            RewardService.Descriptor, TransferService.Descriptor, PoolService.Descriptor, ConsentService.Descriptor, AuditService.Descriptor,
            PrivacyService.Descriptor, ComplianceService.Descriptor,
        }.SelectMany(service => service.Methods).Where(method => method.IsClientStreaming || method.IsServerStreaming)
            .Select(method => $"{method.Service.FullName}/{method.Name}"),
    ];

    // Any unary call will do: the gateway looks at the proof before it looks at anything else.
    private static readonly Marshaller<byte[]> _bytes = Marshallers.Create<byte[]>(value => value, value => value);
    private static readonly Method<byte[], byte[]> _probe = new(MethodType.Unary, ProgrammeService.Descriptor.FullName, "ListProgrammes", _bytes, _bytes);

    /// <summary>Adds the token and its proof to the metadata of a call.</summary>
    public async Task Add(Metadata metadata, string token, AuthInterceptorContext call, GrpcChannel channel)
    {
        var url = new Uri($"{call.ServiceUrl}/{call.MethodName}");
        if (_streams.Contains(url.AbsolutePath.TrimStart('/')) && !key.HasFreshNonce(address))
        {
            await Probe(channel, call.CancellationToken).ConfigureAwait(false);
        }

        metadata.Add("authorization", $"DPoP {token}");
        metadata.Add("dpop", key.Proof(url, token));
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var last = continuation(request, context);
        var isDisposed = false;
        var answer = Answer();
        return new AsyncUnaryCall<TResponse>(answer, Headers(), () => last.GetStatus(), () => last.GetTrailers(), Dispose);

        async Task<TResponse> Answer()
        {
            try
            {
                return await Heard(last).ConfigureAwait(false);
            }
            catch (RpcException failed) when (NeedsNonce(failed) && !isDisposed)
            {
                last.Dispose();
                last = continuation(request, context);
                return await Heard(last).ConfigureAwait(false);
            }
        }

        async Task<Metadata> Headers()
        {
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await last.ResponseHeadersAsync.ConfigureAwait(false);
        }

        void Dispose()
        {
            isDisposed = true;
            last.Dispose();
        }
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        try
        {
            return continuation(request, context);
        }
        catch (RpcException failed) when (NeedsNonce(failed))
        {
            return continuation(request, context);
        }
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        _ = HearLater(call.ResponseHeadersAsync);
        return call;
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(context);
        _ = HearLater(call.ResponseHeadersAsync);
        return call;
    }

    /// <summary>Whether a call was refused only because its proof lacks the gateway's nonce.</summary>
    public static bool IsNonceNeeded(RpcException failed) => failed.StatusCode == StatusCode.Unauthenticated
        && GatewayRefusal.From(failed) is { Reason: ErrorReason.TokenInvalid } refusal && refusal.Metadata.GetValueOrDefault("problem") == _problem;

    private bool NeedsNonce(RpcException failed) => Hear(failed.Trailers) && IsNonceNeeded(failed);

    private async Task<TResponse> Heard<TResponse>(AsyncUnaryCall<TResponse> call)
    {
        var answer = await call.ResponseAsync.ConfigureAwait(false);
        Hear(await call.ResponseHeadersAsync.ConfigureAwait(false));
        return answer;
    }

    private async Task HearLater(Task<Metadata> headers)
    {
        try
        {
            Hear(await headers.ConfigureAwait(false));
        }
        catch (Exception failed) when (failed is RpcException or OperationCanceledException or ObjectDisposedException)
        {
            // The stream itself shows the failure to its caller.
        }
    }

    private async Task Probe(GrpcChannel channel, CancellationToken cancellation)
    {
        try
        {
            using var call = channel.CreateCallInvoker().AsyncUnaryCall(_probe, null, new CallOptions(cancellationToken: cancellation), []);
            await call.ResponseAsync.ConfigureAwait(false);
            if (!Hear(await call.ResponseHeadersAsync.ConfigureAwait(false)))
            {
                key.Confirm(address);
            }
        }
        catch (RpcException failed)
        {
            // Other failures meet the stream too.
            Hear(failed.Trailers);
        }
    }

    private bool Hear(Metadata metadata)
    {
        if (metadata.GetValue(_nonceHeader) is not { Length: > 0 } nonce)
        {
            return false;
        }

        key.Hear(address, nonce);
        return true;
    }
}
