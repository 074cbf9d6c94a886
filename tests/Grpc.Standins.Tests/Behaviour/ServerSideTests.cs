using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Grpc.Standins.Tests.Behaviour;

public sealed class ServerSideTests
{
    private static readonly Method<string, string> First = MethodNamed("First");

    [Fact]
    public async Task Interceptor_ServerHandlersNotOverridden_CallTheContinuationWithTheSameArguments()
    {
        var interceptor = new Transparent();
        var (reader, writer, context) = (new Reader(), new Writer(), (ServerCallContext)null!);

        var unary = await interceptor.UnaryServerHandler<string, string>("in", context, (request, _) => Task.FromResult(request + "1"));
        var client = await interceptor.ClientStreamingServerHandler<string, string>(
            reader, context, (given, _) => Task.FromResult(ReferenceEquals(given, reader) ? "2" : "other"));
        await interceptor.ServerStreamingServerHandler<string, string>("3", writer, context, (request, given, _) => given.WriteAsync(request));
        await interceptor.DuplexStreamingServerHandler<string, string>(
            reader, writer, context, (given, answers, _) => answers.WriteAsync(ReferenceEquals(given, reader) ? "4" : "other"));

        Assert.Equal("in1", unary);
        Assert.Equal("2", client);
        Assert.Equal(["3", "4"], writer.Written);
    }

    [Fact]
    public void ServerServiceDefinition_Bound_TellsEveryMethodInTheOrderAdded()
    {
        UnaryServerMethod<string, string> unary = (_, _) => Task.FromResult("");
        ClientStreamingServerMethod<string, string> client = (_, _) => Task.FromResult("");
        ServerStreamingServerMethod<string, string> server = (_, _, _) => Task.CompletedTask;
        DuplexStreamingServerMethod<string, string> duplex = (_, _, _) => Task.CompletedTask;
        var binder = new Binder();

        ServerServiceDefinition.CreateBuilder()
            .AddMethod(First, unary)
            .AddMethod(MethodNamed("Second"), client)
            .AddMethod(MethodNamed("Third"), server)
            .AddMethod(MethodNamed("Fourth"), duplex)
            .Build()
            .BindService(binder);

        Assert.Equal([("First", unary), ("Second", client), ("Third", server), ("Fourth", (Delegate)duplex)], binder.Bound);
    }

    [Fact]
    public void ServerServiceDefinition_SameMethodTwice_IsRefused()
    {
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(First, (string _, ServerCallContext _) => Task.FromResult(""));

        Assert.Throws<ArgumentException>(() => builder.AddMethod(First, (string _, ServerCallContext _) => Task.FromResult("")));
    }

    [Fact]
    public void ServiceBinderBase_NothingOverridden_Throws() =>
        Assert.Throws<NotImplementedException>(() => new ServiceBinderBase().AddMethod(First, (UnaryServerMethod<string, string>?)null));

    [Fact]
    public void Method_FullName_IsThePathOfTheRequest() => Assert.Equal("/Service/First", First.FullName);

    [Fact]
    public void AuthContext_Authenticated_FindsItsProperties()
    {
        var alice = AuthProperty.Create("name", "Älice"u8.ToArray());
        var other = AuthProperty.Create("kind", "x509"u8.ToArray());
        var context = new AuthContext("name", new() { ["name"] = [alice], ["kind"] = [other] });

        Assert.True(context.IsPeerAuthenticated);
        Assert.Equal("name", context.PeerIdentityPropertyName);
        Assert.Equal([alice], context.PeerIdentity);
        Assert.Equal([alice, other], context.Properties.OrderByDescending(property => property.Name));
        Assert.Equal([other], context.FindPropertiesByName("kind"));
        Assert.Empty(context.FindPropertiesByName("none"));
        Assert.Equal("Älice", alice.Value);
    }

    [Fact]
    public void AuthContext_NotAuthenticated_HasNoIdentity()
    {
        var context = new AuthContext(null, []);

        Assert.False(context.IsPeerAuthenticated);
        Assert.Empty(context.PeerIdentity);
    }

    [Fact]
    public void AuthProperty_ArrayChangedOutside_KeepsItsOwnBytes()
    {
        byte[] given = [65, 66];
        var property = AuthProperty.Create("name", given);

        given[0] = 0;
        property.ValueBytes[1] = 0;

        Assert.Equal([65, 66], property.ValueBytes);
    }

    private static Method<string, string> MethodNamed(string name) =>
        new(MethodType.Unary, "Service", name, Marshallers.StringMarshaller, Marshallers.StringMarshaller);

    private sealed class Transparent : Interceptor;

    private sealed class Binder : ServiceBinderBase
    {
        public List<(string Name, Delegate? Handler)> Bound { get; } = [];

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
            => Bound.Add((method.Name, handler));

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
            => Bound.Add((method.Name, handler));

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
            => Bound.Add((method.Name, handler));

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
            => Bound.Add((method.Name, handler));
    }
}
