using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Disclosure;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Audit;

internal static class AuditMapping
{
    public static V1.Membership ToWire(this NumberedMembership found) => new()
    {
        ProgrammeId = found.ProgrammeId.Value,
        MembershipNumber = found.Number,
        EnrollTime = found.EnrollTime.ToWire(),
    };

    /// <summary>
    /// The data that partners could see after these events: by consents in force, for agreed purposes, of members who
    /// have not restricted processing. All events are given in the order in which they were decided.
    /// </summary>
    /// <param name="notices">The notices at the time.</param>
    public static IEnumerable<V1.Visibility> Visible(
        IEnumerable<ConsentEvent> consents, IEnumerable<PurposesAgreed> agreed, IEnumerable<Event> restrictions, NoticesInForce notices, DateTime time)
    {
        var restricted = restrictions.GroupBy(made => made.Subject).Where(made => made.Last() is ProcessingRestricted).Select(made => made.Key).ToHashSet();
        var agreements = agreed.GroupBy(made => made.PartnerId).ToDictionary(made => made.Key, made => made.Last());
        return consents.Select(made => (Event: made, made.Consent))
            .GroupBy(found => (found.Consent.MemberId, found.Consent.PartnerId, found.Consent.Purpose)).Select(found => found.Last())
            .Where(found => notices.StateOf(found.Consent, time)?.IsInForce() == true && !restricted.Contains(found.Consent.MemberId) && agreements.TryGetValue(found.Consent.PartnerId, out var made) && made.Agreed.Covers(found.Consent.Purpose))
            .OrderBy(found => found.Consent.PartnerId.Value, StringComparer.Ordinal).ThenBy(found => found.Consent.Purpose)
            .Select(found => new V1.Visibility
            {
                MemberId = found.Consent.MemberId.ToString(),
                PartnerId = found.Consent.PartnerId.Value,
                Purpose = (V1.Purpose)(int)found.Consent.Purpose,
                Fields = { DisclosureGate.All.Where(field => found.Consent.CategoryList.Contains(field.Category)).Select(field => field.Path) },
                Consent = found.Event.ToWire(),
                AgreementEventId = agreements[found.Consent.PartnerId].Id.ToString(),
            });
    }
}
