using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Transfers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// The model of the ledger's rows. Each room declares its own tables. Migrations, readers and the journal's writer all
/// follow the model.
/// </summary>
internal abstract class LedgerContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>The kinds of event about consents.</summary>
    public static readonly EventKind[] ConsentKinds =
    [
        EventKind.Of<ConsentGiven>(), EventKind.Of<ConsentWithdrawn>(), EventKind.Of<ConsentRequested>(), EventKind.Of<ConsentRefused>(),
        EventKind.Of<ConsentDeferred>(), EventKind.Of<ConsentRenewed>(), EventKind.Of<ConsentRevoked>(),
        EventKind.Of<ConsentExpired>(),
    ];

    /// <summary>
    /// SQL query for the ids of a member's memberships, with those that were merged into them. Parameter 0 is the member's
    /// id as <see cref="Stored"/> gives it.
    /// </summary>
    public const string MembershipsOfMember =
        """
        SELECT id FROM membership WHERE member_id = {0}
        UNION ALL
        SELECT merged.id FROM membership merged JOIN membership own ON own.id = merged.merged_into_id
        WHERE own.member_id = {0}
        """;

    /// <summary>
    /// SQL condition for the kinds of event that are searched by member or partner: agreed purposes, consents, disclosures,
    /// links, merges and restrictions.
    /// </summary>
    public static readonly string IsAudited =
        $"kind IN ({string.Join(", ", new[] { EventKind.Of<PurposesAgreed>(), EventKind.Of<MembershipMoved>(), EventKind.Of<MemberDisclosed>(), EventKind.Of<ProcessingRestricted>(), EventKind.Of<RestrictionLifted>() }.Concat(MembershipCame.Kinds).Concat(ConsentKinds).Select(kind => kind.Number))})";

    /// <summary>
    /// Begins a snapshot for this context's reads, unless it has one already. Takes no write lock. Disposing the context ends
    /// the snapshot.
    /// </summary>
    public async Task BeginSnapshot(CancellationToken cancellation)
    {
        if (Database.CurrentTransaction is null)
        {
            await Begin(cancellation);
        }
    }

    /// <summary>A UUID as this database stores it, for hand-written SQL.</summary>
    public object Stored(Guid id) => Database.IsNpgsql() ? id : IdConverters.ToBytes(id);

    private protected abstract Task Begin(CancellationToken cancellation);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // Looking for what the rooms declare, and for attributes that no row has, takes a fifth of the model's time.
        foreach (var convention in UnusedConventions.All)
        {
            configurationBuilder.Conventions.Remove(convention);
        }
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(LedgerContext).Assembly);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }
    }

    internal static string SnakeCase(string name) => string.Concat(
        name.Select((letter, i) => char.IsUpper(letter) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(letter) : letter.ToString()));
}
