using Grpc.Core;

namespace Grpc.Standins.Tests.Behaviour;

public sealed class StatusTests
{
    [Fact]
    public void ToString_WithoutDebugException_ShowsCodeAndDetail() =>
        Assert.Equal(
            "Status(StatusCode=\"NotFound\", Detail=\"no such account\")",
            new Status(StatusCode.NotFound, "no such account").ToString());

    [Fact]
    public void ToString_WithDebugException_ShowsItsTypeAndMessageToo() =>
        Assert.Equal(
            "Status(StatusCode=\"Internal\", Detail=\"broken\", DebugException=\"System.FormatException: digits\")",
            new Status(StatusCode.Internal, "broken", new FormatException("digits")).ToString());

    [Fact]
    public void Default_Unset_IsOkWithoutDetail()
    {
        Assert.Equal(StatusCode.OK, default(Status).StatusCode);
        Assert.True(string.IsNullOrEmpty(default(Status).Detail));
        Assert.Null(default(Status).DebugException);
    }

    [Fact]
    public void Defaults_Named_HaveTheirCodesAndNoDetail()
    {
        Assert.Equal((StatusCode.OK, ""), (Status.DefaultSuccess.StatusCode, Status.DefaultSuccess.Detail));
        Assert.Equal((StatusCode.Cancelled, ""), (Status.DefaultCancelled.StatusCode, Status.DefaultCancelled.Detail));
    }
}
