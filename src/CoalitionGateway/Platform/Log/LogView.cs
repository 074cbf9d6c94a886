using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;

namespace CoalitionGateway.Platform.Log;

/// <summary>Which entries of the log a caller sees, and what of them.</summary>
/// <param name="MemberId">Only those about this member; null: about anybody or nobody.</param>
/// <param name="PartnerId">Only those about or by this partner; null: any.</param>
/// <param name="IsOfficers">Whether an officer looks: nobody else learns the coalition's ids of other members.</param>
internal sealed record LogView(MemberId? MemberId, PartnerId? PartnerId, bool IsOfficers)
{
    /// <summary>What a caller sees, narrowed to a member and a partner if they are given.</summary>
    /// <exception cref="InvalidFieldsException">The caller may not narrow it so.</exception>
    public static LogView Of(Caller caller, string member = "", string partner = "")
    {
        InvalidFieldsException.Unless(
            (member.Length == 0 || caller.Kind == CallerKind.Officer, "member_id", "is for officers alone; leave it empty."),
            (partner.Length == 0 || caller.Kind != CallerKind.Partner, "partner_id", "must be empty: a partner sees its own."));
        MemberId? wantedMember = member.Length == 0 ? null : new MemberId(Guid.Parse(member));
        PartnerId? wantedPartner = partner.Length == 0 ? null : new PartnerId(partner);
        return caller.Kind switch
        {
            CallerKind.Partner => new LogView(null, caller.PartnerId(), false),
            CallerKind.Member => new LogView(caller.MemberId(), wantedPartner, false),
            _ => new LogView(wantedMember, wantedPartner, true),
        };
    }

    /// <summary>
    /// Whether the view has an event. A partner has those that it caused and those about no member: two partners could join
    /// their records by the times and places of what one member did about both.
    /// </summary>
    public bool Shows(Event made) =>
        (MemberId is null || MemberId == made.Subject) && (PartnerId is null || PartnerId == made.Partner)
        && (!IsPartners || made.Subject is null || made.Header.Actor == Caller.Of(PartnerId!.Value));

    private bool IsPartners => MemberId is null && !IsOfficers;
}
