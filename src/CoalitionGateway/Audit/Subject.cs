using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Audit;

/// <summary>The subject of an officer's query: a member by id, or by number in a programme, or no particular member.</summary>
internal sealed record Subject(MemberId? MemberId, ProgrammeId? ProgrammeId, string Number)
{
    /// <exception cref="InvalidFieldsException">The member is named twice or incompletely, or is needed and missing.</exception>
    public static Subject Read(string memberId, string number, string programmeId, bool isNeeded = false)
    {
        InvalidFieldsException.Unless(
            (!isNeeded || memberId.Length > 0 || number.Length > 0, "member_id", "must be sent, or membership_number with programme_id instead."),
            (number.Length == 0 || memberId.Length == 0, "membership_number", "must not be sent together with member_id."),
            ((number.Length == 0) == (programmeId.Length == 0), "programme_id", "must be sent together with membership_number, and not alone."));
        return new Subject(
            memberId.Length == 0 ? null : new MemberId(Guid.Parse(memberId)), programmeId.Length == 0 ? null : new ProgrammeId(programmeId), number);
    }

    /// <summary>The member's present and former ids, and the former holders of the number. Null: no particular member.</summary>
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
