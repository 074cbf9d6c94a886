using CoalitionGateway.Disclosure;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Rpc;
using Google.Protobuf;

namespace CoalitionGateway.Audit;

internal static class AuditMapping
{
    public static V1.ConsentEvent ToConsentEvent(this Event made) => made switch
    {
        ConsentGiven given => Of(given, V1.ConsentEventType.Given, given.MemberId, given.PartnerId, given.Purpose, given.Categories, given.Notice),
        ConsentWithdrawn taken => Of(taken, V1.ConsentEventType.Withdrawn, taken.MemberId, taken.PartnerId, taken.Purpose, taken.Categories, taken.Notice),
        ConsentChanged changed => Of(
            changed,
            changed.State switch
            {
                ConsentState.Requested => V1.ConsentEventType.Requested,
                ConsentState.Refused => V1.ConsentEventType.Refused,
                ConsentState.Deferred => V1.ConsentEventType.Deferred,
                ConsentState.Renewed => V1.ConsentEventType.Renewed,
                _ => V1.ConsentEventType.Revoked,
            },
            changed.MemberId, changed.PartnerId, changed.Purpose, changed.Categories, changed.Notice),
        _ => throw new ArgumentException($"{made.Kind} is no event of a consent.", nameof(made)),
    };

    public static V1.Disclosure ToWire(this MemberDisclosed made) => new()
    {
        DisclosureId = made.Id.ToString(),
        MemberId = made.MemberId.ToString(),
        PartnerId = made.PartnerId.Value,
        Purpose = (V1.Purpose)(int)made.Purpose,
        ReleasedFields = { made.Released },
        WithheldFields = { made.Withheld },
        ConsentEventId = made.ConsentEventId?.ToString() ?? "",
        Basis = (V1.DisclosureBasis)(int)made.Basis,
        RecordTime = made.Time.ToWire(),
    };

    /// <summary>What partners could see after these events: consents in force for purposes that are agreed.</summary>
    /// <param name="consents">In the order in which they were decided.</param>
    public static IEnumerable<V1.Visibility> Visible(IEnumerable<Event> consents, IEnumerable<PurposesAgreed> agreed)
    {
        var agreements = agreed.GroupBy(made => made.PartnerId).ToDictionary(made => made.Key, made => made.Last());
        var fields = DisclosureGate.Classified(V1.Member.Descriptor).ToArray();
        return consents.Select(made => (Event: made, Consent: ConsentOf(made)))
            .GroupBy(found => (found.Consent.MemberId, found.Consent.PartnerId, found.Consent.Purpose)).Select(found => found.Last())
            .Where(found => found.Consent.State.IsInForce() && agreements.TryGetValue(found.Consent.PartnerId, out var made) && made.Agreed.Covers(found.Consent.Purpose))
            .OrderBy(found => found.Consent.PartnerId.Value, StringComparer.Ordinal).ThenBy(found => found.Consent.Purpose)
            .Select(found => new V1.Visibility
            {
                MemberId = found.Consent.MemberId.ToString(),
                PartnerId = found.Consent.PartnerId.Value,
                Purpose = (V1.Purpose)(int)found.Consent.Purpose,
                Fields = { fields.Where(field => found.Consent.CategoryList.Contains(field.Category)).Select(field => field.Path) },
                Consent = found.Event.ToConsentEvent(),
                AgreementEventId = agreements[found.Consent.PartnerId].Id.ToString(),
            });
    }

    private static Consent ConsentOf(Event made) => made switch
    {
        ConsentGiven given => given.Consent,
        ConsentWithdrawn withdrawn => withdrawn.Consent,
        _ => ((ConsentChanged)made).Consent,
    };

    private static V1.ConsentEvent Of(
        Event made, V1.ConsentEventType type, MemberId member, PartnerId partner, Purpose purpose, string categories, NoticeRef notice) => new()
        {
            EventId = made.Id.ToString(),
            Type = type,
            MemberId = member.ToString(),
            PartnerId = partner.Value,
            Purpose = (V1.Purpose)(int)purpose,
            Categories = { Consent.Split(categories).Select(category => (V1.DataCategory)(int)category) },
            NoticeVersion = notice.Version,
            NoticeLanguage = notice.Language,
            NoticeSha256 = ByteString.CopyFrom(notice.TextSha256),
            RecordTime = made.Time.ToWire(),
        };
}
