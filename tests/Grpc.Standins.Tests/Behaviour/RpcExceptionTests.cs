using Grpc.Core;

namespace Grpc.Standins.Tests.Behaviour;

public sealed class RpcExceptionTests
{
    private static readonly Status Unavailable = new(StatusCode.Unavailable, "come back later", new IOException("socket"));

    [Fact]
    public void Message_NotGiven_IsTheStatus()
    {
        var exception = new RpcException(Unavailable);

        Assert.Equal(Unavailable.ToString(), exception.Message);
        Assert.Contains("come back later", exception.Message, StringComparison.Ordinal);
        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Equal(Unavailable, exception.Status);
    }

    [Fact]
    public void Message_Given_IsKept()
    {
        Assert.Equal("own words", new RpcException(Unavailable, "own words").Message);
        Assert.Equal("own words", new RpcException(Unavailable, [], "own words").Message);
    }

    [Fact]
    public void InnerException_StatusWithDebugException_IsThat() =>
        Assert.Same(Unavailable.DebugException, new RpcException(Unavailable).InnerException);

    [Fact]
    public void Trailers_NotGiven_AreEmpty() => Assert.Empty(new RpcException(Unavailable).Trailers);

    [Fact]
    public void Trailers_Given_AreTheSameObject()
    {
        var trailers = new Metadata { { "reason", "WHY" } };

        Assert.Same(trailers, new RpcException(Unavailable, trailers).Trailers);
    }

    [Fact]
    public void Trailers_Null_AreRefused() =>
        Assert.Throws<ArgumentNullException>(() => new RpcException(Unavailable, (Metadata)null!));
}
