using CoalitionGateway;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Audit;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Clients;
using CoalitionGateway.Compliance;
using CoalitionGateway.Consents;
using CoalitionGateway.Platform.Disclosure;
using CoalitionGateway.Earning;
using CoalitionGateway.Lots;
using CoalitionGateway.Rules;
using CoalitionGateway.Rewards;
using CoalitionGateway.SignIns;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Members;
using CoalitionGateway.Movements;
using CoalitionGateway.Platform.OAuth;
using CoalitionGateway.Platform.Peers;
using CoalitionGateway.Pools;
using CoalitionGateway.Privacy;
using CoalitionGateway.People;
using CoalitionGateway.Programmes;
using CoalitionGateway.Proposals;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Schedules;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Store.Postgres;
using CoalitionGateway.Platform.Streams;
using CoalitionGateway.Platform.Telemetry;
using CoalitionGateway.Transfers;
using Microsoft.Extensions.Configuration.Memory;

await Gateway.Build(args).RunAsync();

namespace CoalitionGateway
{
    /// <summary>The gateway's process. The command line and the tests build and run it in the same way.</summary>
    public static class Gateway
    {
        /// <summary>The scopes that clients of a kind may ask for, as the contract's methods name them.</summary>
        public static IReadOnlyList<string> ScopesFor(Ledger.CallerKind kind) => MethodRules.ScopesFor(kind);

        /// <summary>The text of a notice; null if there is none of that version and language.</summary>
        public static string? NoticeText(string version, string language) => new Notices().Find(version, language)?.Text;

        /// <summary>The record in a consent's receipt if the log's key signed the receipt; null if it did not.</summary>
        public static string? ReadReceipt(string receipt, string verifierKey) => Ledger.Proofs.ConsentReceipt.Verify(receipt, verifierKey);

        /// <summary>The data category of a field that a partner can get about a member, by the field's path; null if there is no such field.</summary>
        public static Ledger.DataCategory? CategoryOf(string path) =>
            DisclosureGate.CategoryOfPath(path);

        /// <summary>The flow of personal data through each method, as Markdown.</summary>
        public static string DataMap() => Platform.Disclosure.DataMap.Markdown();

        /// <summary>Brings a PostgreSQL database to this gateway's schema: see <see cref="PostgresMigration.Run"/>.</summary>
        /// <param name="owner">Connection string of the role that owns the database and the schema.</param>
        /// <param name="applicationRole">The role that gateways connect as; it must exist.</param>
        /// <returns>The migrations that were applied.</returns>
        /// <exception cref="InvalidOperationException">Database of a newer gateway or another owner, or no such role.</exception>
        public static IReadOnlyList<string> Migrate(string owner, string applicationRole) =>
            PostgresMigration.Run(owner, applicationRole, AuthorityTables.Prepare);

        /// <summary>The persons of a sandbox, who sign in there by login_hint. The first two are operators, the others officers.</summary>
        public static IReadOnlyList<string> SandboxPersons => [.. SandboxPeople.All.Select(one => one.Id)];

        /// <summary>Whether a text can be a person's id.</summary>
        public static bool IsPersonId(string text) => ConsoleInvitation.IsId(text);

        /// <summary>Invites an operator on the server's console, or gives one a new code.</summary>
        /// <param name="services">Of a running gateway.</param>
        /// <param name="id">The operator's id: 3 to 32 characters of a-z, 0-9 and "-".</param>
        /// <param name="isRenewal">Whether it is a present operator, whose passkeys end.</param>
        /// <returns>The page on which the operator makes a passkey, with its one-time code.</returns>
        /// <exception cref="InvalidOperationException">It is no id for a person, or not one that can be invited or renewed.</exception>
        public static async Task<string> InviteOperator(IServiceProvider services, string id, bool isRenewal = false)
        {
            try
            {
                return await services.GetRequiredService<ConsoleInvitation>().Operator(id, isRenewal);
            }
            catch (RefusedException refused)
            {
                throw new InvalidOperationException(refused.Message, refused);
            }
        }

        /// <param name="args">Configuration such as --Gateway:DataDirectory=data.</param>
        /// <param name="configure">Changes the options from the configuration.</param>
        /// <param name="extend">Changes services before the process is built: logging, the clock.</param>
        /// <exception cref="InvalidOperationException">The data directory is in use, or belongs to a newer gateway.</exception>
        public static WebApplication Build(string[] args, Action<GatewayOptions>? configure = null, Action<WebApplicationBuilder>? extend = null)
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
            var options = builder.Configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new GatewayOptions();
            configure?.Invoke(options);
            options.Check();
            builder.Services.AddSingleton(options);
            builder.Services.AddSingleton(TimeProvider.System);

            ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = BoundedLines.Levels });
            builder.AddListeners(options);
            builder.Services.AddStore(options);
            builder.Services.AddTelemetry(options);
            builder.Services.AddLog();
            builder.Services.AddJournal();
            builder.Services.AddPeers();
            builder.Services.AddMemberKeys(options);
            builder.Services.AddAccess(options);
            builder.Services.AddAuthority(options);
            builder.Services.AddRpc(options);
            builder.Services.AddStreams();
            builder.Services.AddSingleton<DisclosureGate>();
            builder.Services.AddSchedules();
            builder.Services.AddGovernance();
            builder.Services.AddProposals();
            builder.Services.AddPeople();
            builder.Services.AddClients();
            builder.Services.AddProgrammes();
            builder.Services.AddMembers();
            builder.Services.AddSignIns();
            builder.Services.AddEarning();
            builder.Services.AddLots();
            builder.Services.AddRules();
            builder.Services.AddMovements();
            builder.Services.AddRewards();
            builder.Services.AddTransfers();
            builder.Services.AddPools();
            builder.Services.AddConsents(options);
            builder.Services.AddPrivacy();
            builder.Services.AddCompliance();
            extend?.Invoke(builder);

            var app = builder.Build();
            app.UseRouting();
            app.UseRpc();
            app.UseAccess();

            app.MapCoalition<ProposalService>();
            app.MapCoalition<PeopleService>();
            app.MapCoalition<ClientService>();
            app.MapCoalition<ProgrammeService>();
            app.MapCoalition<MemberService>();
            app.MapCoalition<SignInService>();
            app.MapCoalition<EarningService>();
            app.MapCoalition<RuleService>();
            app.MapCoalition<MovementService>();
            app.MapCoalition<RewardService>();
            app.MapCoalition<TransferService>();
            app.MapCoalition<PoolService>();
            app.MapCoalition<ConsentService>();
            app.MapCoalition<AuditService>();
            app.MapCoalition<PrivacyService>();
            app.MapCoalition<ComplianceService>();
            app.MapHealth();
            app.MapReflection(options);
            app.MapAuthority(options);
            app.OpenStore();
            return app;
        }
    }
}
