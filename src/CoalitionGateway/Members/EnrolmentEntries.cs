using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Streams;
using Google.Protobuf;

namespace CoalitionGateway.Members;

/// <summary>
/// The entries of one call of <see cref="MemberService.EnrollMembers"/>. The profiles of many entries are sealed at the same
/// time, and each entry waits for the one before until it enters the journal.
/// </summary>
internal sealed class EnrolmentEntries(EnrolmentService enrolling) : Entries<V1.EnrollMembersRequest, V1.EnrollMembersResponse>
{
    private static readonly string _enroll = $"/{V1.MemberService.Descriptor.FullName}/{nameof(MemberService.EnrollMember)}";
    private Task _before = Task.CompletedTask;

    public override IMessage? RequestOf(V1.EnrollMembersRequest entry) => entry.Enrolment;

    public override string RequestIdOf(V1.EnrollMembersRequest entry) => entry.Enrolment?.RequestId ?? "";

    public override string MethodOf(V1.EnrollMembersRequest entry) => _enroll;

    public override V1.EnrollMembersResponse Refused(string requestId, Google.Rpc.Status refusal) => new() { RequestId = requestId, Refusal = refusal };

    public override ValueTask<Task<V1.EnrollMembersResponse>> Enter(
        V1.EnrollMembersRequest entry, Caller caller, CancellationToken entering, CancellationToken answering)
    {
        var command = enrolling.Command(entry.Enrolment, caller, entering);
        var entered = enrolling.Enqueue(_before, command, entering, answering);
        _before = entered;
        return ValueTask.FromResult(Answer(entry.Enrolment, enrolling.Enrolled(entry.Enrolment, command, entered)));
    }

    private static async Task<V1.EnrollMembersResponse> Answer(V1.EnrollMemberRequest enrolment, Task<V1.EnrollMemberResponse> making) =>
        new() { RequestId = enrolment.RequestId, Enrolment = await making };
}
