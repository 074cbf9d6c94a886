using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;

namespace CoalitionGateway.Platform.Log;

/// <summary>Which entries of the log a caller sees, and which parts of them.</summary>
/// <param name="MemberId">Only entries about this member; null: entries about any member, or about none.</param>
/// <param name="PartnerId">Only entries about or by this partner; null: entries about any.</param>
/// <param name="IsOfficers">Whether the caller is an officer. Only officers learn the coalition's ids of other
/// members.</param>
internal sealed record LogView(MemberId? MemberId, PartnerId? PartnerId, bool IsOfficers)
{
    /// <summary>The view of a caller, narrowed to a member and a partner if they are given.</summary>
    /// <exception cref="InvalidFieldsException">The caller may not narrow the view in this way.</exception>
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
    /// Whether the view shows an event. A partner sees only the events that it caused and the events about no member.
    /// Otherwise two partners could match their records of a member by the times and places of that member's events.
    /// </summary>
    public bool Shows(Event made) =>
        (MemberId is null || MemberId == made.Subject) && (PartnerId is null || PartnerId == made.Partner)
        && (!IsPartners || made.Subject is null || made.Header.Actor == Caller.Of(PartnerId!.Value));

    private bool IsPartners => MemberId is null && !IsOfficers;
}
