using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Reminders;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Wire;

internal static class MemberMapping
{
    public static V1.Membership ToWire(ProgrammeId programme, string number, DateTime enrolled) => new()
    {
        ProgrammeId = programme.Value,
        MembershipNumber = number,
        EnrollTime = enrolled.ToWire(),
    };

    public static V1.Membership ToWire(this NumberedMembership found)
    {
        var wire = ToWire(found.ProgrammeId, found.Number, found.EnrollTime);
        wire.OtherMembershipNumbers.AddRange(found.OtherNumbers);
        return wire;
    }

    public static V1.MemberProfile ToWire(this Profile row) => new()
    {
        DisplayName = row.DisplayName ?? "",
        BirthDate = row.BirthDate ?? "",
        Email = row.Email ?? "",
        PhoneNumber = row.PhoneNumber ?? "",
        PostalCode = row.PostalCode ?? "",
        CountryCode = row.CountryCode ?? "",
    };

    public static V1.Reminder ToWire(this Reminder reminder, ProgrammeId programme) => new()
    {
        ProgrammeId = programme.Value,
        Kind = (V1.ReminderKind)(int)reminder.Kind,
        EndTime = reminder.EndTime.ToWire(),
        Points = reminder.Points,
        TierId = reminder.TierId,
    };

    /// <param name="holdings">The points.</param>
    /// <param name="pointValue">The value of one point; null: the balance tells no value.</param>
    /// <param name="isMembers">Whether a member reads it. To a brand the time of inactivity would tell the day of a purchase elsewhere.</param>
    public static V1.Balance ToWire(this Holdings holdings, Money? pointValue, bool isMembers = true) => new()
    {
        ProgrammeId = holdings.ProgrammeId.Value,
        AvailablePoints = holdings.AvailablePoints,
        OwedPoints = holdings.OwedPoints,
        PendingPoints = holdings.PendingPoints,
        Pending = { Timed(holdings.Pending, lot => lot.Term.UsableTime) },
        Expiring = { Timed(holdings.Lots, lot => holdings.ExpireTimeOf(lot.Term)) },
        ReservedPoints = isMembers ? holdings.ReservedPoints : 0,
        Reserved = { isMembers ? Timed(holdings.Reserved, lot => lot.Term.UsableTime) : [] },
        InactiveTime = isMembers ? holdings.InactiveTime?.ToWire() : null,
        Value = pointValue is { } value ? WorthMapping.Worth(holdings.AvailablePoints, value) : null,
    };

    /// <summary>Points of lots, by the time at which something happens to them.</summary>
    public static IEnumerable<V1.TimedPoints> Timed(IReadOnlyList<HeldLot> lots, Func<HeldLot, DateTime?> timeOf) =>
        lots.Where(lot => timeOf(lot) is not null).GroupBy(lot => timeOf(lot)!.Value).OrderBy(group => group.Key)
            .Select(group => new V1.TimedPoints { Points = group.Sum(lot => lot.Points), Time = group.Key.ToWire() });
}
