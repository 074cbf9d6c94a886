using System.Reflection;
using CoalitionGateway.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace CoalitionGateway.Testing;

/// <summary>Calls any method of the contract with any bytes, like a client that knows nothing of messages.</summary>
internal static class RawCalls
{
    private static readonly Marshaller<byte[]> _bytes = Marshallers.Create<byte[]>(value => value, value => value);

    /// <summary>The coalition's services as the generated code describes them: all services of the .proto files.</summary>
    public static IReadOnlyList<ServiceDescriptor> Services { get; } =
    [
        .. typeof(ProgrammeReflection).Assembly.GetTypes()
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<FileDescriptor>()
            .Where(file => file.Package == ProgrammeReflection.Descriptor.Package)
            .SelectMany(file => file.Services),
    ];

    /// <summary>All methods of these services, as "TransferService/CreateTransfer".</summary>
    public static IReadOnlyDictionary<string, MethodDescriptor> Methods { get; } =
        Services.SelectMany(service => service.Methods).ToDictionary(method => $"{method.Service.Name}/{method.Name}");

    /// <summary>The refusal of a stream's entry, whatever the stream's answers are called; null if the entry succeeded.</summary>
    public static Google.Rpc.Status? RefusalOf(IMessage answer) =>
        answer.Descriptor.FindFieldByName("refusal") is { } field ? (Google.Rpc.Status?)field.Accessor.GetValue(answer) : null;

    /// <summary>Makes the call. Returns its final status, and the first answer's bytes if there was one.</summary>
    public static Task<(RpcException? Failed, byte[]? Answer)> Call(GrpcChannel channel, string method, byte[] request, string? token) =>
        CallWith(channel, method, request, HeadersOf(token));

    /// <summary>The same with any metadata.</summary>
    public static async Task<(RpcException? Failed, byte[]? Answer)> CallWith(GrpcChannel channel, string method, byte[] request, Metadata headers)
    {
        var descriptor = Methods[method];
        if (descriptor is { IsClientStreaming: false, IsServerStreaming: false })
        {
            return await UnaryWith(channel, descriptor.Service.FullName, descriptor.Name, request, headers);
        }

        try
        {
            var duplex = new Method<byte[], byte[]>(MethodType.DuplexStreaming, descriptor.Service.FullName, descriptor.Name, _bytes, _bytes);
            using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(duplex, null, Options(headers));
            try
            {
                await call.RequestStream.WriteAsync(request);
                await call.RequestStream.CompleteAsync();
            }
            catch (Exception early) when (early is InvalidOperationException or RpcException)
            {
                // The call was refused before everything was written. Reading returns the reason.
            }

            return (null, await call.ResponseStream.MoveNext(CancellationToken.None) ? call.ResponseStream.Current : null);
        }
        catch (RpcException failed)
        {
            return (failed, null);
        }
    }

    /// <summary>The same for a unary method at any path.</summary>
    public static Task<(RpcException? Failed, byte[]? Answer)> Unary(GrpcChannel channel, string service, string method, byte[] request, string? token) =>
        UnaryWith(channel, service, method, request, HeadersOf(token));

    private static async Task<(RpcException? Failed, byte[]? Answer)> UnaryWith(GrpcChannel channel, string service, string method, byte[] request, Metadata headers)
    {
        try
        {
            var unary = new Method<byte[], byte[]>(MethodType.Unary, service, method, _bytes, _bytes);
            return (null, await channel.CreateCallInvoker().AsyncUnaryCall(unary, null, Options(headers), request));
        }
        catch (RpcException failed)
        {
            return (failed, null);
        }
    }

    private static CallOptions Options(Metadata headers) => new(headers, DateTime.UtcNow.AddSeconds(30));

    private static Metadata HeadersOf(string? token)
    {
        var headers = new Metadata();
        if (token is not null)
        {
            headers.Add("authorization", $"Bearer {token}");
        }

        return headers;
    }
}
