using CoalitionGateway.Fuzz.Tests.Checking;
using Grpc.Core;

namespace CoalitionGateway.Fuzz.Tests.Directed;

/// <summary>Asserts that a call which a test led there is refused with the expected reason.</summary>
internal sealed class Reaching(Coverage coverage, Findings findings)
{
    public async Task Reach<T>(string reason, Func<AsyncUnaryCall<T>> call)
    {
        try
        {
            await call();
            findings.Add($"{reason} was not reached: the call was answered OK", $"the directed sequence for {reason}");
        }
        catch (RpcException failed)
        {
            Take(reason, failed);
        }
    }

    public void Take(string reason, RpcException? failed) => Take(
        reason, failed?.Trailers.GetValueBytes("grpc-status-details-bin") is { } details ? Google.Rpc.Status.Parser.ParseFrom(details) : null, $"{failed?.Status}");

    public void Take(string reason, WireAnswer answer) => Take(reason, answer.Status, $"{answer}");

    private void Take(string reason, Google.Rpc.Status? status, string told)
    {
        var problem = status is null ? $"{told} without details" : AnswerRules.ProblemOf(status) ?? (WireAnswer.ReasonOf(status) == reason ? null : $"{WireAnswer.ReasonOf(status)}: {status.Message}");
        if (problem is null)
        {
            coverage.Refuse(reason);
        }
        else
        {
            findings.Add($"{reason} was not reached: {problem}", $"the directed sequence for {reason}");
        }
    }
}
