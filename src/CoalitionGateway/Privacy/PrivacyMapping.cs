using CoalitionGateway.Ledger.Notifications;
using System.Globalization;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Privacy;

internal static class PrivacyMapping
{
    public static V1.Notification ToWire(this Notification row) => new()
    {
        NotificationId = row.Id.ToString(),
        Kind = (V1.NotificationKind)(int)row.Kind,
        MembershipNumber = row.Number,
        Day = row.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DueDay = row.DueDay.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Points = row.Points,
        LastDay = row.LastDay?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
        TierId = row.TierId,
        Purpose = row.Purpose is { } purpose ? (V1.Purpose)(int)purpose : V1.Purpose.Unspecified,
    };

    public static V1.EraseMemberResponse ToWire(this MemberErased made, PrivacyOptions kept) => new()
    {
        EraseTime = made.Time.ToWire(),
        EventId = made.Id.ToString(),
        Settled = { made.Moves.Select(Settled) },
        Kept = { Kept(made, kept) },
    };

    public static V1.PreviewErasureResponse ToPreview(this MemberErased made, PrivacyOptions kept) =>
        new() { Settled = { made.Moves.Select(Settled) }, Kept = { Kept(made, kept) } };

    /// <summary>The member's access to data: a brand's question, or a read of the log.</summary>
    public static V1.DataAccess ToAccess(this Event made) => made switch
    {
        MemberDisclosed disclosed => new V1.DataAccess { EventId = made.Id.ToString(), Time = made.Time.ToWire(), Disclosure = disclosed.ToWire() },
        AuditRead read => new V1.DataAccess
        {
            EventId = made.Id.ToString(), Time = made.Time.ToWire(), Caller = (V1.CallerKind)(int)made.Header.Actor.Kind, Method = read.Question,
            Reason = Enum.TryParse<V1.FindReason>(read.Reason, ignoreCase: true, out var reason) ? reason : V1.FindReason.Unspecified,
        },
        _ => throw new InvalidOperationException($"{made.Kind} is no access to data."),
    };

    private static V1.KeptData[] Kept(MemberErased made, PrivacyOptions kept) =>
    [
        Kept("Points, transfers, pools and purchases: amounts, times and the partners' references", "GDPR Art. 17(3)(b): books that tax and accounting law demands", made.Time, kept.BooksYears),
        Kept("Consents, and which fields were released to whom and when; never their values", "GDPR Art. 17(3)(e): proof in legal claims; Art. 5(2), 7(1)", made.Time, kept.ProofYears),
        Kept("The membership number in the notification to each partner, until it is acknowledged", "GDPR Art. 19: recipients are told", null, 0),
    ];

    private static V1.SettledPoints Settled(Posting posting)
    {
        var lines = posting.Lines.ToLookup(line => line.Account.Kind, line => line.AmountPoints);
        return new V1.SettledPoints
        {
            ProgrammeId = posting.ProgrammeId.Value,
            Points = -lines.Where(group => group.Key.IsHeld() || group.Key.IsPooled()).SelectMany(group => group).Where(points => points < 0).Sum(),
            LapsedPoints = lines[AccountKind.Breakage].Sum(),
        };
    }

    private static V1.KeptData Kept(string what, string ground, DateTime? since, int years) =>
        new() { Description = what, Ground = ground, UntilTime = since?.AddYears(years).ToWire() };
}
