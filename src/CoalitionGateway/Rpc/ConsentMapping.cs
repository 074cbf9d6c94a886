using CoalitionGateway.Ledger.Consents;

namespace CoalitionGateway.Rpc;

/// <summary>Consents as they are shown to their members and to officers.</summary>
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
        ConsentEventId = row.EventId.ToString(),
    };
}
