using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Reminders;

/// <summary>What ends for a member. The numbers match the contract's.</summary>
public enum ReminderKind
{
    /// <summary>Points expire at their date.</summary>
    PointsExpire = 1,

    /// <summary>All points expire, unless the member does something.</summary>
    Inactivity = 2,

    /// <summary>The member's tier ends.</summary>
    TierEnds = 3,
}

/// <summary>Something of a membership ends at a time.</summary>
/// <param name="Points">The points that expire; 0 for a tier.</param>
/// <param name="TierId">The tier that ends; empty for points.</param>
public readonly record struct Reminder(ReminderKind Kind, DateTime EndTime, long Points, string TierId)
{
    /// <summary>Everything of a membership that will end, in the order of the times.</summary>
    /// <param name="shares">The member's shares in pools.</param>
    private static IReadOnlyList<Reminder> All(Holdings holdings, IReadOnlyList<HeldShare> shares, TierStanding? tier, DateTime now)
    {
        var lots = holdings.AllLots.Concat(shares.SelectMany(share => share.Lots)).Where(lot => lot.Term.ExpireTime is not null)
            .GroupBy(lot => holdings.ExpireTimeOf(lot.Term)!.Value)
            .Select(group => new Reminder(ReminderKind.PointsExpire, group.Key, group.Sum(lot => lot.Points), ""));
        var held = holdings.AvailablePoints + holdings.PendingPoints + holdings.ReservedPoints;
        return
        [
            .. lots
                .Concat(holdings.InactiveTime is { } inactive && held > 0 ? [new Reminder(ReminderKind.Inactivity, inactive, held, "")] : Array.Empty<Reminder>())
                .Concat(tier is { Tier: { } level, UntilTime: { } until } ? [new Reminder(ReminderKind.TierEnds, until, 0, level.Id)] : Array.Empty<Reminder>())
                .Where(reminder => reminder.EndTime > now).OrderBy(reminder => (reminder.EndTime, reminder.Kind)),
        ];
    }

    /// <summary>What a member is to be reminded of now: what ends within the days that the programme's last published terms name.</summary>
    public static IReadOnlyList<Reminder> Of(WorkingState rows, Membership membership, DateTime now)
    {
        var days = rows.Find(new LotKeeping.Of(membership.ProgrammeId))?.ReminderDays ?? 0;
        return days == 0
            ? []
            : [.. All(rows, membership, now).Where(found => found.EndTime <= now.AddDays(days))];
    }

    /// <summary>Everything of a membership that will end.</summary>
    public static IReadOnlyList<Reminder> All(WorkingState rows, Membership membership, DateTime now) => All(
        Holdings.Find(rows, membership.ProgrammeId, membership.Id, now), HeldShare.All(rows, membership.ProgrammeId, membership.Id, now),
        TierStanding.Find(rows, membership, now), now);

    internal void Encode(Encoding.CanonicalWriter writer) => writer.Number((int)Kind).Time(EndTime).Number(Points).Text(TierId);

    internal static Reminder Decode(Encoding.CanonicalReader reader) => new(reader.Value<ReminderKind>(), reader.Time(), reader.Number(), reader.Text());
}
