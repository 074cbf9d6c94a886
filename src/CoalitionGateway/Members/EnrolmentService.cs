using System.Security.Cryptography;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Members;

/// <summary>Enrols members: seals the profile with a new key, and deletes the key if the enrolment does not take place.</summary>
internal sealed class EnrolmentService(CommandJournal journal, SealedProfiles profiles)
{
    /// <summary>Enrols one member.</summary>
    public Task<V1.EnrollMemberResponse> Enroll(V1.EnrollMemberRequest request, Caller caller, CancellationToken cancellation)
    {
        var command = Command(request, caller, cancellation);
        return Enrolled(request, command, Submit(command));
    }

    /// <summary>The command, once the profile is sealed.</summary>
    public async Task<EnrollMember> Command(V1.EnrollMemberRequest request, Caller caller, CancellationToken cancellation)
    {
        var member = new MemberId(Guid.CreateVersion7());
        var told = ProfileMapping.Read(request.Profile, member);
        return new EnrollMember(
            caller.NewContext(request.RequestId), caller.PartnerId(), request.MembershipNumber, member, new MembershipId(Guid.CreateVersion7()), told,
            await profiles.SealNew(told, cancellation))
        {
            Salt = RandomNumberGenerator.GetBytes(MembershipNumber.SaltBytes),
            ReferrerNumber = request.ReferrerNumber,
        };
    }

    /// <summary>Puts a command into the journal, after the one before. The inner task is the outcome.</summary>
    public async Task<Task<MemberEnrolled>> Enqueue(Task before, Task<EnrollMember> command, CancellationToken entering, CancellationToken answering)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await journal.Enqueue<MemberEnrolled>(await command, entering, answering);
    }

    /// <summary>The answer to an enrolment.</summary>
    public async Task<V1.EnrollMemberResponse> Enrolled(V1.EnrollMemberRequest request, Task<EnrollMember> command, Task<Task<MemberEnrolled>> entered)
    {
        var told = (await command).Told;
        MemberEnrolled made;
        try
        {
            made = await entered.Unwrap();
        }
        catch (Exception failed) when (failed is RefusedException or DailyLimitException or JournalFullException || !entered.IsCompletedSuccessfully)
        {
            // Nothing was enrolled: a rule refused it, or it never entered the journal.
            await profiles.Discard(told, CancellationToken.None);
            throw;
        }

        if (made.MemberId != told.MemberId)
        {
            await profiles.Discard(told, CancellationToken.None);
        }

        return new V1.EnrollMemberResponse { Membership = MemberMapping.ToWire(made.ProgrammeId, request.MembershipNumber, made.Time) };
    }

    private async Task<Task<MemberEnrolled>> Submit(Task<EnrollMember> command) => journal.Submit<MemberEnrolled>(await command);
}
