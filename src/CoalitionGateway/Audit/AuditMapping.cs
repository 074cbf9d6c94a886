using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
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
