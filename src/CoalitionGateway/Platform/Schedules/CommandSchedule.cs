using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;

namespace CoalitionGateway.Platform.Schedules;

/// <summary>Settles each due item with one command of the gateway itself.</summary>
internal sealed class CommandSchedule(CommandJournal journal, string kind, Func<Due, CommandContext, Command> commandFor) : ISchedule
{
    public string Kind => kind;

    public Task<int> Settle(IReadOnlyCollection<Due> due, CancellationToken cancellation) =>
        journal.SubmitAll([.. due.Select(found => commandFor(found, Caller.Gateway.NewContext(Guid.CreateVersion7())))]);
}

internal static class ScheduleSetup
{
    public static void AddSchedules(this IServiceCollection services)
    {
        services.AddSingleton<DueReader>();
        services.AddSingleton<Sweeper>();
        services.AddHostedService(provider => provider.GetRequiredService<Sweeper>());
        services.AddHostedService<FirstWork>();
    }

    /// <summary>Registers the gateway's command that settles one kind of due item.</summary>
    public static IServiceCollection AddSchedule(this IServiceCollection services, string kind, Func<Due, CommandContext, Command> commandFor) =>
        services.AddSingleton<ISchedule>(provider => new CommandSchedule(provider.GetRequiredService<CommandJournal>(), kind, commandFor));
}
