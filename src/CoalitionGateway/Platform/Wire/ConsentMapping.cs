using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger;
using Google.Protobuf;

namespace CoalitionGateway.Platform.Wire;

/// <summary>Consents, their events and disclosures in the form that members and officers get.</summary>
internal static class ConsentMapping
{
    public static V1.Consent ToWire(this Consent row, NoticesInForce notices, DateTime now) => new()
    {
        PartnerId = row.PartnerId.Value,
        Purpose = (V1.Purpose)(int)row.Purpose,
        Categories = { row.CategoryList.Select(category => (V1.DataCategory)(int)category) },
        State = (V1.ConsentState)(int)notices.StateOf(row, now)!,
        NoticeVersion = row.NoticeVersion,
        NoticeLanguage = row.NoticeLanguage,
        GiveTime = row.GiveTime?.ToWire(),
        WithdrawTime = row.WithdrawTime?.ToWire(),
        ExpireTime = row.ExpireTime?.ToWire(),
        ConsentEventId = row.EventId.ToString(),
    };

    public static V1.ConsentEvent ToWire(this ConsentEvent made)
    {
        var consent = made.Consent;
        return new V1.ConsentEvent
        {
            EventId = made.Id.ToString(),
            Type = (V1.ConsentEventType)(int)consent.State,
            MemberId = consent.MemberId.ToString(),
            PartnerId = consent.PartnerId.Value,
            Purpose = (V1.Purpose)(int)consent.Purpose,
            Categories = { consent.CategoryList.Select(category => (V1.DataCategory)(int)category) },
            NoticeVersion = consent.NoticeVersion,
            NoticeLanguage = consent.NoticeLanguage,
            NoticeSha256 = ByteString.CopyFrom(consent.NoticeSha256),
            RecordTime = made.Time.ToWire(),
            Actor = made.Header.Actor.ToString(),
            Channel = made.Act?.Channel ?? "",
            Jurisdiction = made.Act?.Jurisdiction ?? "",
            ActTime = (made.Act?.Time ?? made.Time).ToWire(),
            GuardianId = made.Act?.GuardianId?.ToString() ?? "",
        };
    }

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
}
