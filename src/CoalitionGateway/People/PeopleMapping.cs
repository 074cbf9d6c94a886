using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.People;

internal static class PeopleMapping
{
    public static V1.Person ToWire(this Person row, int passkeys) => new()
    {
        PersonId = row.Id.Value,
        Kind = (V1.CallerKind)(int)row.Kind,
        Roles = { row.All.Select(role => (V1.PersonRole)(int)role) },
        InviteTime = row.InviteTime.ToWire(),
        RemoveTime = row.RemoveTime?.ToWire(),
        PasskeyCount = passkeys,
    };

    public static PersonRole[] ToRoles(this IEnumerable<V1.PersonRole> roles) => [.. roles.Select(role => (PersonRole)(int)role)];
}
