using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Schedules;

namespace CoalitionGateway.People;

internal static class PeopleSetup
{
    public static void AddPeople(this IServiceCollection services) => services.AddSingleton<PeopleReader>().AddSingleton<PersonCodes>()
        .AddSingleton<ConsoleInvitation>().AddSingleton<IFirstWork, SandboxPeople>()
        .AddGoverned<InvitePersonMethod>().AddGoverned<ChangeRolesMethod>().AddGoverned<RenewPersonMethod>().AddGoverned<RemovePersonMethod>();
}
