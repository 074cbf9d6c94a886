using System.Diagnostics;
using System.Globalization;
using CoalitionGateway.Platform.Schedules;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

/// <summary>
/// The runtime calls this in a gateway's process before the gateway's own code (DOTNET_STARTUP_HOOKS), by this name and without
/// a namespace. It gives the gateway another clock, and can take away what its sweeps settle.
/// </summary>
#pragma warning disable MA0047 // The runtime finds the type by its name without a namespace.
internal static class StartupHook
#pragma warning restore MA0047
{
    public const string ClockDays = "TEST_CLOCK_DAYS";
    public const string NeverSweeps = "TEST_NEVER_SWEEPS";

    public static void Initialize() => DiagnosticListener.AllListeners.Subscribe(new HostWatch());

    private static void Change(IServiceCollection services)
    {
        var days = int.Parse(Environment.GetEnvironmentVariable(ClockDays)!, CultureInfo.InvariantCulture);
        var clock = new ShiftedClock(TimeSpan.FromDays(days));
        services.AddSingleton<TimeProvider>(clock);

        // The library that reads tokens knows the machine's clock alone.
        services.PostConfigureAll<JwtBearerOptions>(bearer =>
            bearer.TokenValidationParameters.LifetimeValidator = (_, until, _, _) => clock.GetUtcNow().UtcDateTime < until);
        if (Environment.GetEnvironmentVariable(NeverSweeps) is not null)
        {
            services.RemoveAll<ISchedule>();
        }
    }

    /// <summary>Waits for the host's notice that it is built next, which tests of ASP.NET Core use too.</summary>
    private sealed class HostWatch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
            {
                value.Subscribe(this);
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder host })
            {
                host.ConfigureServices((_, services) => Change(services));
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    private sealed class ShiftedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
