using Grpc.Core;

namespace CoalitionGateway.Testing;

internal static class Refusals
{
    /// <summary>Asserts that a call is refused with a code and a reason, and returns the refusal.</summary>
    public static async Task<GatewayRefusal> Refused(StatusCode code, string reason, Func<Task> call)
    {
        var failed = await Assert.ThrowsAsync<RpcException>(call);
        var refusal = GatewayRefusal.From(failed);
        Assert.Equal($"{code} / {reason}", $"{failed.StatusCode} / {refusal?.ReasonText}");
        return refusal!;
    }

    /// <summary>The same, for a call of the generated clients.</summary>
    public static Task<GatewayRefusal> Refused<TResponse>(StatusCode code, string reason, Func<AsyncUnaryCall<TResponse>> call) =>
        Refused(code, reason, async () => await call());
}
