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
/// The model: the ledger's rows, as they are. Migrations, readers and the journal's writer all follow it.
/// </summary>
internal abstract class LedgerContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>The kinds of event of consents.</summary>
    public static readonly EventKind[] ConsentKinds =
    [
        EventKind.Of<ConsentGiven>(), EventKind.Of<ConsentWithdrawn>(), EventKind.Of<ConsentRequested>(), EventKind.Of<ConsentRefused>(),
        EventKind.Of<ConsentDeferred>(), EventKind.Of<ConsentRenewed>(), EventKind.Of<ConsentRevoked>(),
    ];

    /// <summary>The kinds of event that are looked for by member or partner, as a condition: agreed purposes, consents, disclosures, links.</summary>
    public static readonly string IsAudited =
        $"kind IN ({string.Join(", ", new[] { EventKind.Of<PurposesAgreed>(), EventKind.Of<MembershipLinked>(), EventKind.Of<MembershipMoved>(), EventKind.Of<MemberDisclosed>(), EventKind.Of<ProcessingRestricted>(), EventKind.Of<RestrictionLifted>() }.Concat(ConsentKinds).Select(kind => kind.Number))})";

    public DbSet<Programme> Programmes => Set<Programme>();

    public DbSet<Agreement> Agreements => Set<Agreement>();

    public DbSet<Ledger.Programmes.Route> Routes => Set<Ledger.Programmes.Route>();

    public DbSet<PartnerClient> PartnerClients => Set<PartnerClient>();

    public DbSet<Membership> Memberships => Set<Membership>();

    public DbSet<MembershipNumber> MembershipNumbers => Set<MembershipNumber>();

    public DbSet<Profile> Profiles => Set<Profile>();

    public DbSet<Erasure> Erasures => Set<Erasure>();

    public DbSet<Notification> Notifications => Set<Notification>();

    public DbSet<DataRequest> DataRequests => Set<DataRequest>();

    public DbSet<Hold> Holds => Set<Hold>();

    public DbSet<Breach> Breaches => Set<Breach>();

    public DbSet<Due> Due => Set<Due>();

    public DbSet<StoredAnswer> Requests => Set<StoredAnswer>();

    public DbSet<Participant> Participants => Set<Participant>();

    public DbSet<Transfer> Transfers => Set<Transfer>();

    public DbSet<Consent> Consents => Set<Consent>();

    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<Entry> Entries => Set<Entry>();

    public DbSet<StoredEvent> Events => Set<StoredEvent>();

    public DbSet<VoidedEvent> VoidedEvents => Set<VoidedEvent>();

    public DbSet<StoredCheckpoint> Checkpoints => Set<StoredCheckpoint>();

    public DbSet<LogTile> LogTiles => Set<LogTile>();

    public DbSet<LogMember> LogMembers => Set<LogMember>();

    /// <summary>A UUID as this database stores it, for SQL of our own.</summary>
    public object Stored(Guid id) => Database.IsNpgsql() ? id : IdConverters.ToBytes(id);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Partner>(partner => Stored(partner, "partner").HasKey(row => row.Id));
        modelBuilder.Entity<PartnerClient>(client =>
        {
            Stored(client, "partner_client").HasKey(row => row.ClientId);
            client.HasOne<Partner>().WithMany().HasForeignKey(row => row.PartnerId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<Programme>(programme =>
        {
            Stored(programme, "programme").HasKey(row => row.Id);
            programme.HasIndex(row => row.PartnerId).IsUnique();
            programme.HasOne<Partner>().WithMany().HasForeignKey(row => row.PartnerId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<Agreement>(agreement =>
        {
            Stored(agreement, "agreement", "points > 0 AND spend_micros > 0 AND version > 0").HasKey(row => new { row.PartnerId, row.ProgrammeId });
            agreement.HasOne<Partner>().WithMany().HasForeignKey(row => row.PartnerId).OnDelete(DeleteBehavior.Restrict);
            Of(agreement, row => row.ProgrammeId);
        });
        modelBuilder.Entity<Ledger.Programmes.Route>(route =>
        {
            Stored(route, "route", "source_id <> destination_id AND ratio_numerator > 0 AND ratio_denominator > 0 AND minimum_points % 1000 = 0 AND maximum_points % 1000 = 0")
                .HasKey(row => new { row.SourceId, row.DestinationId });
            Of(route, row => row.SourceId);
            Of(route, row => row.DestinationId);
        });
        modelBuilder.Entity<Membership>(membership =>
        {
            Stored(membership, "membership").HasKey(row => row.Id);
            membership.Ignore(row => row.IsErased);
            membership.HasIndex(row => new { row.MemberId, row.ProgrammeId }).IsUnique();
            Of(membership, row => row.ProgrammeId);
        });
        modelBuilder.Entity<MembershipNumber>(number =>
        {
            Stored(number, "membership_number").HasKey(row => new { row.ProgrammeId, row.Number });
            number.HasIndex(row => row.Number);
            number.HasIndex(row => row.MembershipId).IsUnique();
            number.HasOne<Membership>().WithMany().HasForeignKey(row => row.MembershipId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<Profile>(profile => Stored(profile, "profile").Ignore(row => row.IsEmpty).HasKey(row => row.MemberId));
        modelBuilder.Entity<Choice>(choice =>
        {
            Stored(choice, "choice").HasKey(row => new { row.MemberId, row.PartnerId });
            Of(choice, row => row.ProgrammeId);
        });
        modelBuilder.Entity<LinkCode>(code => Stored(code, "link_code").HasKey(row => row.MembershipId));
        modelBuilder.Entity<Purchase>(purchase =>
        {
            Stored(purchase, "purchase", "amount_micros > 0 AND returned_micros BETWEEN 0 AND amount_micros AND given_points >= 0 AND (is_return OR taken_points BETWEEN 0 AND given_points)")
                .HasKey(row => new { row.PartnerId, row.Reference });
            purchase.HasOne<Membership>().WithMany().HasForeignKey(row => row.MembershipId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<Earned>(earned =>
        {
            Stored(earned, "earned", "given_points >= 0 AND taken_points >= 0 AND day_points >= 0").HasKey(row => new { row.PartnerId, row.MembershipId });
            earned.Ignore(row => row.LeftPoints);
        });
        modelBuilder.Entity<Transfer>(transfer =>
        {
            Stored(transfer, "transfer", "amount_points > 0 AND amount_points % 1000 = 0 AND arrived_points > 0 AND settled_points BETWEEN 0 AND arrived_points")
                .HasKey(row => new { row.SourceMembershipId, row.Id });
            transfer.HasOne<Membership>().WithMany().HasForeignKey(row => row.SourceMembershipId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<Pool>(pool =>
        {
            Stored(pool, "pool").HasKey(row => row.Id);
            Of(pool, row => row.ProgrammeId);
        });
        modelBuilder.Entity<Participant>(participant =>
        {
            Stored(participant, "participant").HasKey(row => new { row.PoolId, row.MembershipId });
            participant.HasIndex(row => new { row.MembershipId, row.PoolId });
            // An invitation of a number that is not there stands for no membership.
            participant.HasOne<Pool>().WithMany().HasForeignKey(row => row.PoolId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<AgreedPurposes>(agreed =>
        {
            Stored(agreed, "agreed_purposes").HasKey(row => row.PartnerId);
            agreed.HasOne<Partner>().WithMany().HasForeignKey(row => row.PartnerId).OnDelete(DeleteBehavior.Restrict);
            agreed.Ignore(row => row.List);
        });
        modelBuilder.Entity<Consent>(consent =>
        {
            Stored(consent, "consent").HasKey(row => new { row.MemberId, row.PartnerId, row.Purpose });
            consent.HasOne<Partner>().WithMany().HasForeignKey(row => row.PartnerId).OnDelete(DeleteBehavior.Restrict);
            consent.Ignore(row => row.CategoryList).Ignore(row => row.Notice);
        });
        modelBuilder.Entity<Account>(account =>
        {
            Stored(account, "account", "version > 0 AND (kind NOT IN (1, 3) OR balance_points >= 0) AND (kind <> 2 OR balance_points <= 0)").HasKey(row => row.Id);
            account.HasIndex(row => row.Name).IsUnique();
            account.Property(row => row.Name).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Throw);
            account.Property(row => row.Kind).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Throw);
            account.Property(row => row.ProgrammeId).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Throw);
            Of(account, row => row.ProgrammeId);
        });
        modelBuilder.Entity<Entry>(entry =>
        {
            entry.ToTable("entry", table => table.HasCheckConstraint(
                "ck_entry", "amount_points <> 0 AND (balance_after IS NULL OR balance_after = balance_before + amount_points) AND (balance_after IS NULL) = (account_version IS NULL)"));
            entry.HasKey(row => new { row.EventId, row.Line });
            entry.HasOne<Account>().WithMany().HasForeignKey(row => row.AccountId).OnDelete(DeleteBehavior.Restrict);
            entry.HasOne<StoredEvent>().WithMany().HasForeignKey(row => row.EventId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<StoredEvent>(stored =>
        {
            Stored(stored, "event").HasKey(row => row.Id);
            stored.HasIndex(row => row.LogIndex).IsUnique();
            stored.HasIndex(row => new { row.Kind, row.LogIndex }).HasFilter(IsAudited);
            stored.HasIndex(row => new { row.MemberId, row.Kind, row.LogIndex }).HasFilter(IsAudited);
        });
        modelBuilder.Entity<VoidedEvent>(voided => Stored(voided, "voided_event").HasKey(row => row.EventId));
        modelBuilder.Entity<ClosingRule>(rule =>
        {
            Stored(rule, "closing_rule").HasKey(row => row.ProgrammeId);
            Of(rule, row => row.ProgrammeId);
            rule.HasOne<Membership>().WithMany().HasForeignKey(row => row.HeirId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<PublishedNotice>(notice => Stored(notice, "published_notice").HasKey(row => row.Version));
        modelBuilder.Entity<GuardianCode>(code =>
        {
            Stored(code, "guardian_code").HasKey(row => row.GuardianId);
            code.HasIndex(row => row.CodeHash).IsUnique();
        });
        modelBuilder.Entity<Due>(due =>
        {
            Stored(due, "due").HasKey(row => new { row.Kind, row.Subject });
            due.HasIndex(row => new { row.DueTime, row.Kind, row.Subject });
        });
        modelBuilder.Entity<Erasure>(erasure => Stored(erasure, "erasure").HasKey(row => row.MemberId));
        modelBuilder.Entity<Restriction>(restriction => Stored(restriction, "restriction").HasKey(row => row.MemberId));
        modelBuilder.Entity<SharingRefusal>(refusal => Stored(refusal, "sharing_refusal").HasKey(row => row.MemberId));
        modelBuilder.Entity<Notification>(notification =>
        {
            Stored(notification, "notification").HasKey(row => new { row.PartnerId, row.Id });
            notification.HasOne<Partner>().WithMany().HasForeignKey(row => row.PartnerId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<DataRequest>(request =>
        {
            Stored(request, "data_request").HasKey(row => row.Id);
            request.HasIndex(row => row.DueTime);
        });
        modelBuilder.Entity<Hold>(hold =>
        {
            Stored(hold, "hold").HasKey(row => row.Id);
            hold.HasIndex(row => row.MemberId);
        });
        modelBuilder.Entity<Breach>(breach =>
        {
            Stored(breach, "breach").HasKey(row => row.Id);
            breach.Ignore(row => row.DueTime);
        });
        modelBuilder.Entity<LogTile>(tile => tile.ToTable("log_tile").HasKey(row => new { row.Level, row.Number }));
        modelBuilder.Entity<LogMember>(member => member.ToTable("log_member").HasKey(row => new { row.MemberId, row.Number }));
        modelBuilder.Entity<StoredCheckpoint>(checkpoint =>
        {
            checkpoint.ToTable("checkpoint").HasKey(row => row.Size);
            checkpoint.Property(row => row.Size).ValueGeneratedNever();
        });
        modelBuilder.Entity<StoredAnswer>(request =>
        {
            Stored(request, "request", "(event_id IS NULL) <> (refusal IS NULL)").HasKey(row => new { row.Caller, row.RequestId });
            request.HasOne<StoredEvent>().WithMany().HasForeignKey(row => row.EventId).OnDelete(DeleteBehavior.Restrict);
        });

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }
    }

    private static EntityTypeBuilder<TRow> Stored<TRow>(EntityTypeBuilder<TRow> entity, string table, string? check = null)
        where TRow : Row
    {
        entity.ToTable(table, builder =>
        {
            if (check is not null)
            {
                builder.HasCheckConstraint($"ck_{table}", check);
            }
        });
        entity.Ignore(row => row.Primary).Ignore(row => row.Lookups).Ignore(row => row.Sets);
        return entity;
    }

    private static void Of<TRow>(EntityTypeBuilder<TRow> entity, System.Linq.Expressions.Expression<Func<TRow, object?>> programme)
        where TRow : Row =>
        entity.HasOne<Programme>().WithMany().HasForeignKey(programme).OnDelete(DeleteBehavior.Restrict);

    private static string SnakeCase(string name) => string.Concat(
        name.Select((letter, i) => char.IsUpper(letter) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(letter) : letter.ToString()));
}
