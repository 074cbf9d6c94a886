using CoalitionGateway.Portal;
using CoalitionGateway.Portal.Earning;
using CoalitionGateway.Portal.History;
using CoalitionGateway.Portal.Home;
using CoalitionGateway.Portal.Layout;
using CoalitionGateway.Portal.Pools;
using CoalitionGateway.Portal.Privacy;
using CoalitionGateway.Portal.Proofs;
using CoalitionGateway.Portal.Sharing;
using CoalitionGateway.Portal.SignIn;
using CoalitionGateway.Portal.Spending;
using CoalitionGateway.Portal.Transfers;

await MembersPortal.Build(args).RunAsync();

namespace CoalitionGateway.Portal
{
    /// <summary>
    /// The web application of the coalition's members. It is a client of the gateway like any other: it signs members in at the
    /// authority, keeps their tokens on the server, and calls the contract with them.
    /// </summary>
    public static class MembersPortal
    {
        /// <summary>Where the authority sends members back to, below the portal's address: after signing in, and after signing out.</summary>
        public static IReadOnlyList<string> RedirectPaths => [SignInSetup.SignedInPath, SignInSetup.SignedOutPath];

        /// <param name="args">Configuration such as --Portal:Authority=https://id.example.</param>
        /// <param name="configure">Changes the options from the configuration.</param>
        /// <param name="extend">Changes services before the process is built: logging, the clock.</param>
        /// <exception cref="InvalidOperationException">An option is wrong; the message names it and the remedy.</exception>
        public static WebApplication Build(string[] args, Action<PortalOptions>? configure = null, Action<WebApplicationBuilder>? extend = null)
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
            var options = builder.Configuration.GetSection(PortalOptions.Section).Get<PortalOptions>() ?? new PortalOptions();
            configure?.Invoke(options);
            options.Check();
            builder.WebHost.UseUrls(options.Url);
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
            builder.Services.AddSingleton(options);
            builder.Services.AddSingleton(TimeProvider.System);
            builder.Services.AddPages(options);
            builder.Services.AddSignIn(options);
            builder.Services.AddSingleton<CoalitionNames>();
            extend?.Invoke(builder);

            var app = builder.Build();
            app.UsePages();
            app.UseSignIn();

            app.MapAssets();
            app.MapSignIn();
            var members = app.MapMembersPages();
            HomePages.Map(app, members);
            HistoryPages.Map(members);
            SpendingPages.Map(members);
            MovePages.Map(members);
            PoolPages.Map(members);
            EarningPages.Map(members);
            SharingPages.Map(members);
            AccessPages.Map(members);
            ProofPages.Map(members);
            DataPages.Map(members);
            HelpPages.Map(members);
            app.MapHealth();
            return app;
        }
    }
}
