using CoalitionGateway.Access;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;

namespace CoalitionGateway.Tests.Hosting;

/// <summary>Calls any method of the contract with any bytes, as a client that knows nothing of messages.</summary>
internal static class RawCalls
{
    private static readonly Marshaller<byte[]> _bytes = Marshallers.Create<byte[]>(value => value, value => value);

    /// <summary>All methods of the coalition's services, as "TransferService/CreateTransfer".</summary>
    public static IReadOnlyDictionary<string, MethodDescriptor> Methods { get; } =
        MethodRules.Services.SelectMany(service => service.Methods).ToDictionary(method => $"{method.Service.Name}/{method.Name}");

    /// <summary>Calls it; gives the status it ended with, and the first answer's bytes if there was one.</summary>
    public static async Task<(RpcException? Failed, byte[]? Answer)> Call(GrpcChannel channel, string method, byte[] request, string? token)
    {
        var descriptor = Methods[method];
        var headers = new Metadata();
        if (token is not null)
        {
            headers.Add("authorization", $"Bearer {token}");
        }

        var options = new CallOptions(headers, DateTime.UtcNow.AddSeconds(30));
        var invoker = channel.CreateCallInvoker();
        try
        {
            if (!descriptor.IsClientStreaming)
            {
                var unary = new Method<byte[], byte[]>(MethodType.Unary, descriptor.Service.FullName, descriptor.Name, _bytes, _bytes);
                return (null, await invoker.AsyncUnaryCall(unary, null, options, request));
            }

            var duplex = new Method<byte[], byte[]>(MethodType.DuplexStreaming, descriptor.Service.FullName, descriptor.Name, _bytes, _bytes);
            using var call = invoker.AsyncDuplexStreamingCall(duplex, null, options);
            try
            {
                await call.RequestStream.WriteAsync(request);
                await call.RequestStream.CompleteAsync();
            }
            catch (Exception early) when (early is InvalidOperationException or RpcException)
            {
                // The call was refused before it was written; reading tells why.
            }

            return (null, await call.ResponseStream.MoveNext(CancellationToken.None) ? call.ResponseStream.Current : null);
        }
        catch (RpcException failed)
        {
            return (failed, null);
        }
    }
}
