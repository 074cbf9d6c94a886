using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CoalitionGateway.Cli.Hosting;

/// <summary>
/// Approves at once what a call proposes, as a second person of a sandbox, and answers what the call would have answered then.
/// </summary>
/// <param name="approve">Sends the second person's approval.</param>
internal sealed class SecondPerson(Func<ApproveProposalRequest, Task<ApproveProposalResponse>> approve) : Interceptor
{
    private const string _field = "proposal";
    private static readonly Guid _space = Guid.Parse("0b6f4e7e-3f5b-4e0f-8d59-6c8f0b2f7a41");

    /// <param name="second">The second person's client.</param>
    public SecondPerson(CoalitionClient second)
        : this(async request => await second.Proposals.ApproveProposalAsync(request))
    {
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncUnaryCall<TResponse>(Approve(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private async Task<TResponse> Approve<TResponse>(Task<TResponse> called)
    {
        var answer = await called;
        if (answer is IMessage message && message.Descriptor.FindFieldByName(_field) is { IsRepeated: false } field && message is not (DeclineProposalResponse or ApproveProposalResponse)
            && field.Accessor.GetValue(message) is Proposal proposal)
        {
            // The same id for a repeated call, so that it gets the same answer.
            var approved = await approve(
                new ApproveProposalRequest { RequestId = RequestIds.FromName(_space, proposal.ProposalId).ToString(), ProposalId = proposal.ProposalId });
            field.Accessor.Clear(message);
            message.MergeFrom(approved.Answer.Value);
        }

        return answer;
    }
}
