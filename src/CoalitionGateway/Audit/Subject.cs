using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Audit;

/// <summary>The member that an officer asks about: by the coalition's id, or by a number in a programme; or nobody in particular.</summary>
internal sealed record Subject(MemberId? MemberId, ProgrammeId? ProgrammeId, string Number)
{
    public static Subject Read(string memberId, string number, string programmeId, Fields fields)
    {
        fields.Require(number, number.Length == 0 || memberId.Length == 0, "membership_number", "must not be sent together with member_id.");
        fields.Require(programmeId, (number.Length == 0) == (programmeId.Length == 0), "programme_id", "must be sent together with membership_number, and not alone.");
        if (number.Length > 0)
        {
            fields.MembershipNumber(number);
        }

        return new Subject(
            memberId.Length == 0 ? null : new MemberId(fields.Uuid(memberId, "member_id")),
            programmeId.Length == 0 ? null : fields.Programme(programmeId, "programme_id"), number);
    }

    /// <summary>The ids that the member is and was known by, and those who held the number before; null: nobody in particular.</summary>
    /// <exception cref="RefusedException">There is no such member or number.</exception>
    public async Task<IReadOnlyList<MemberId>?> Members(AuditReader reader, CancellationToken cancellation)
    {
        var found = this switch
        {
            { MemberId: { } member } => await reader.Identities(member, cancellation),
            { ProgrammeId: { } programme } => await reader.Holders(programme, Number, cancellation),
            _ => null,
        };
        return found is { Count: 0 }
            ? throw new RefusedException(ProgrammeId is { } asked ? MemberRefusals.NumberNotFound(asked) : MemberRefusals.NoMember())
            : found;
    }
}
