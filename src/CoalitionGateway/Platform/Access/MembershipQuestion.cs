using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// The membership that a question is about. A member names one of their programmes, a partner a membership number in its own
/// programme.
/// </summary>
internal static class MembershipQuestion
{
    /// <returns>The membership, or the refusal if the caller has no such membership.</returns>
    public static (Membership? Membership, Refusal? Refusal) Find(WorkingState rows, Caller caller, string programmeId, string number)
    {
        if (caller.Kind == CallerKind.Member)
        {
            var programme = new ProgrammeId(programmeId);
            var own = rows.Find(new Membership.OfMember(caller.MemberId(), programme));
            return (own, own is null ? MemberRefusals.NotAMember(programme, "programme_id") with { IsPrecondition = false } : null);
        }

        if (rows.Find(new Programme.OwnedBy(caller.PartnerId())) is not { } home)
        {
            return (null, MemberRefusals.PartnerWithoutProgramme(caller.PartnerId()));
        }

        var found = MembershipNumber.Find(rows, home.Id, number);
        return (found, found is null ? MemberRefusals.NumberNotFound(home.Id) : null);
    }
}
