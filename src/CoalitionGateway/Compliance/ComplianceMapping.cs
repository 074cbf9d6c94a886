using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Compliance;

internal static class ComplianceMapping
{
    public static V1.DataRequest ToWire(this DataRequest row, DateTime now) => new()
    {
        DataRequestId = row.Id.ToString(),
        MemberId = row.MemberId.ToString(),
        Right = (V1.DataRight)(int)row.Kind,
        ReceiveTime = row.ReceiveTime.ToWire(),
        DueTime = row.DueTime.ToWire(),
        Extension = (V1.ExtensionReason)(int)(row.Extension ?? default),
        Outcome = (V1.RequestOutcome)(int)(row.Outcome ?? default),
        CloseTime = row.CloseTime?.ToWire(),
        Overdue = (row.CloseTime ?? now) > row.DueTime,
    };

    public static V1.Hold ToWire(this Hold row) => new()
    {
        HoldId = row.Id.ToString(),
        MemberId = row.MemberId.ToString(),
        Ground = (V1.HoldGround)(int)row.Ground,
        UntilTime = row.UntilTime.ToWire(),
        PlaceTime = row.PlaceTime.ToWire(),
    };

    public static V1.Breach ToWire(this Breach row, DateTime now, long members, long disclosures) => new()
    {
        BreachId = row.Id.ToString(),
        PartnerId = row.PartnerId?.Value ?? "",
        FromTime = row.FromTime.ToWire(),
        ToTime = row.ToTime.ToWire(),
        AwareTime = row.AwareTime.ToWire(),
        DueTime = row.DueTime.ToWire(),
        NotifyTime = row.NotifyTime?.ToWire(),
        Overdue = (row.NotifyTime ?? now) > row.DueTime,
        MemberCount = members,
        DisclosureCount = disclosures,
    };

    public static V1.RetentionDue ToWire(this RetentionDue found) => new()
    {
        MemberId = found.MemberId.ToString(),
        What = found.What,
        LastTime = found.LastTime.ToWire(),
        DueTime = found.DueTime.ToWire(),
    };
}
