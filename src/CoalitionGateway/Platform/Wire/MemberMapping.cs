using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;

namespace CoalitionGateway.Platform.Wire;

internal static class MemberMapping
{
    public static V1.Membership ToWire(ProgrammeId programme, string number, DateTime enrolled) => new()
    {
        ProgrammeId = programme.Value,
        MembershipNumber = number,
        EnrollTime = enrolled.ToWire(),
    };

    public static V1.MemberProfile ToWire(this Profile row) => new()
    {
        DisplayName = row.DisplayName ?? "",
        BirthDate = row.BirthDate ?? "",
        Email = row.Email ?? "",
        PhoneNumber = row.PhoneNumber ?? "",
        PostalCode = row.PostalCode ?? "",
        CountryCode = row.CountryCode ?? "",
    };

    public static V1.Balance ToWire(this Holdings holdings) => new()
    {
        ProgrammeId = holdings.ProgrammeId.Value,
        AvailablePoints = holdings.AvailablePoints,
        OwedPoints = holdings.OwedPoints,
    };
}
