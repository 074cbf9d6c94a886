using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Client;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Transfers;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoalitionGateway.Bench;

/// <summary>
/// The same transfer, written with EF Core as a careful team would write it. Each call is one transaction. It locks the member's
/// accounts in the order of their keys, and sums the shared exchange accounts last. Entries, event and request id are in the
/// same transaction. The baseline runs without gRPC, tokens and rules, which favours it.
/// </summary>
internal sealed class Baseline
{
    private readonly PooledContexts _contexts;
    private readonly (MembershipId Alpha, MembershipId Beta)[] _members;

    private Baseline(PooledContexts contexts, (MembershipId Alpha, MembershipId Beta)[] members) => (_contexts, _members) = (contexts, members);

    /// <summary>Opens the baseline over the database of a coalition that exists already.</summary>
    public static async Task<Baseline> Over(string postgres)
    {
        var contexts = new PooledContexts(postgres);
        await using var context = contexts.Create();
        var memberships = await context.Set<Membership>().AsNoTracking().ToListAsync();
        var members = memberships.GroupBy(membership => membership.MemberId).Where(group => group.Count() == 2)
            .Select(group => (group.Single(found => found.ProgrammeId.Value == "alpha-points").Id, group.Single(found => found.ProgrammeId.Value == "beta-points").Id));
        return new Baseline(contexts, [.. members]);
    }

    public async Task<bool> Transfer(int caller)
    {
        var (alpha, beta) = _members[Random.Shared.Next(_members.Length)];
        var (from, to) = (new ProgrammeId("alpha-points"), new ProgrammeId("beta-points"));
        var (source, destination) = (AccountRef.Points(from, alpha), AccountRef.Points(to, beta));
        var (leaving, arriving) = (AccountRef.Exchange(from, to), AccountRef.Exchange(to, from));
        var id = new EventId(Guid.CreateVersion7());
        await using var context = _contexts.Create();
        await using var transaction = await context.Database.BeginTransactionAsync();
        Guid[] ids = [source.Id, destination.Id];
        var accounts = await context.Set<Account>().FromSql($"SELECT * FROM account WHERE id = ANY({ids}) ORDER BY id FOR UPDATE").AsTracking().ToDictionaryAsync(account => account.Id);
        if (accounts[source.Id].BalancePoints < 1000)
        {
            return false;
        }

        var lines = new[] { (source, -1000L), (leaving, 1000L), (arriving, -1000L), (destination, 1000L) };
        foreach (var ((reference, points), line) in lines.Select((line, i) => (line, i)))
        {
            if (!accounts.TryGetValue(reference.Id, out var before))
            {
                context.Add(new Entry(id, line, reference.Id, points, null, null, null));
                continue;
            }

            var after = before.Add(points);
            context.Add(new Entry(id, line, reference.Id, points, after.Version, before.BalancePoints, after.BalancePoints));
            context.Entry(before).CurrentValues.SetValues(after);
        }

        var now = Clock.Truncate(DateTimeOffset.UtcNow);
        var requestId = Guid.Parse(RequestIds.New());
        context.Add(new StoredEvent(id, -Random.Shared.NextInt64(1, long.MaxValue), EventKind.Of<TransferCreated>(), now, null, null, new byte[400], new byte[16], 1));
        context.Add(new Transfer(id, alpha, from, to, 1000, 1000, 0, 1, now));
        context.Add(new StoredAnswer("baseline", requestId, "CreateTransfer", new byte[32], id, null, now));
        await context.SaveChangesAsync();
        foreach (var (reference, points) in new[] { (leaving, 1000L), (arriving, -1000L) }.OrderBy(sum => sum.Item1.Id))
        {
            await context.Database.ExecuteSqlAsync($"UPDATE account SET balance_points = balance_points + {points}, version = version + 1 WHERE id = {reference.Id}");
        }

        await transaction.CommitAsync();
        return true;
    }

    private sealed class PooledContexts(string postgres)
    {
        private readonly DbContextOptions<UsualContext> _options = new DbContextOptionsBuilder<UsualContext>()
            .UseNpgsql(new NpgsqlConnectionStringBuilder(postgres) { MaxPoolSize = 64, MaxAutoPrepare = 50 }.ConnectionString).Options;

        public UsualContext Create() => new(_options);
    }

    /// <summary>The model with its foreign keys. EF needs them to write referenced rows first.</summary>
    private sealed class UsualContext(DbContextOptions<UsualContext> options) : LedgerContext(options)
    {
        protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
            IdConverters.Register(configurationBuilder, uuidsAsBytes: false);

        private protected override Task Begin(CancellationToken cancellation) => Database.BeginTransactionAsync(cancellation);
    }
}
