using CoalitionGateway.Ledger.SignIns;
using System.Data.Common;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Tiers;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Proposals;
using CoalitionGateway.Ledger.Reminders;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store.Rebuilding;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Tests.Platform.Journal;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// A coalition's database with rows in every table, and a generator of mutations from the model: each column of a row is
/// changed, each row is deleted or doubled. A new table or column is covered without being named here.
/// </summary>
internal sealed class BentDatabase : IAsyncDisposable
{
    private readonly JournalBench _bench = new();
    private DbConnection _connection = null!;
    private LogTrust _trust = LogTrust.None;

    public RowTables Tables => _bench.Store.Tables;

    public async Task Start()
    {
        var keys = new GatewayKeys(_bench.Options);
        var signer = new LogSigner(_bench.Options.LogName, keys.Log, TimeProvider.System, keys.Macs);
        _trust = new LogTrust(signer.VerifierKey, []) { Macs = keys.Macs };
        await _bench.Start();
        foreach (var command in new Scenario(7).Commands(160))
        {
            await _bench.Outcome(command);
        }

        await Complete();
        while (_bench.Store.Sequence(4096, signer) > 0)
        {
        }

        _connection = TestDatabase.Open(_bench.Options);
        if (TestDatabase.IsPostgres)
        {
            _connection.Execute("SET session_replication_role = replica");
            return;
        }

        _connection.Execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
        foreach (var trigger in _connection.Query("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        {
            _connection.Execute($"DROP TRIGGER {trigger[0]}");
        }
    }

    /// <summary>The number of rows that match a condition.</summary>
    public long Count(string table, string where = "") => (long)_connection.Query($"SELECT count(*) FROM {table}{where}")[0][0];

    /// <summary>
    /// Makes a change, runs verify and takes the change back. Returns the problems found; null if the database refused the
    /// change.
    /// </summary>
    public IReadOnlyList<string>? After(string sql)
    {
        using var transaction = _connection.BeginTransaction();
        using var command = _connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        try
        {
            if (sql.Length > 0)
            {
                Assert.True(command.ExecuteNonQuery() > 0, $"{sql}: no row");
            }
        }
        catch (DbException)
        {
            return null;
        }

        return Verification.Run(transaction, Tables, _trust).Problems;
    }

    /// <summary>The rows of a table that are mutated: one row. For requests two: one with an event, one with a refusal.</summary>
    public static string[] Rows(string table) => table == "request" ? [" WHERE event_id IS NOT NULL", " WHERE refusal IS NOT NULL"] : [""];

    /// <summary>The condition that finds the mutated row, and the values of its key as text.</summary>
    public (string Where, string[] Key) One(RowTable table, string rows)
    {
        var keys = table.KeyColumns;
        var found = _connection.Query($"SELECT {string.Join(", ", keys)} FROM {table.Name}{rows} ORDER BY {string.Join(", ", keys)} LIMIT 1")[0];
        return ($" WHERE {string.Join(" AND ", keys.Zip(found, (key, value) => $"{key} = {Literal(value)}"))}", [.. found.Select(Text)]);
    }

    /// <summary>Plausible other values of a column of that row, the likeliest first.</summary>
    public IEnumerable<string> Others(RowTable table, string column, string where)
    {
        var value = _connection.Query($"SELECT {column} FROM {table.Name}{where}")[0][0];
        var sample = value is DBNull ? _connection.Query($"SELECT {column} FROM {table.Name} WHERE {column} IS NOT NULL LIMIT 1").FirstOrDefault()?[0] : value;
        foreach (var other in _connection.Query($"SELECT DISTINCT {column} FROM {table.Name} WHERE {column} IS NOT NULL ORDER BY {column} LIMIT 20").Select(row => Literal(row[0])).Where(other => other != Literal(value)))
        {
            yield return other;
        }

        yield return sample switch
        {
            bool flag => flag ? "false" : "true",
            // SQLite stores flags as 0 and 1.
            long or int or short => Convert.ToInt64(sample) switch { 0 => "1", 1 => "0", var number => $"{number + 1}" },
            string text => Literal(text + "1"),
            byte[] { Length: 16 } or Guid => Literal(TestDatabase.IsPostgres && sample is Guid ? Guid.NewGuid() : Guid.NewGuid().ToByteArray()),
            byte[] { Length: > 0 } bytes => Literal(bytes.Select((one, i) => i == bytes.Length - 1 ? (byte)(one ^ 1) : one).ToArray()),
            _ => "'7'",
        };
        if (sample is long or int or short)
        {
            yield return $"{Convert.ToInt64(sample) + 100_000}";
        }

        if (sample is DBNull or null)
        {
            // No row has a value in this column, so its type is unknown. Values of several types are tried.
            yield return Literal(TestDatabase.IsPostgres ? Guid.NewGuid() : Guid.NewGuid().ToByteArray());
            yield return Literal(new byte[] { 7 });
        }
    }

    public async ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        await _bench.DisposeAsync();
    }

    /// <summary>A value as an SQL literal.</summary>
    private static string Literal(object value) => value switch
    {
        DBNull => "NULL",
        byte[] bytes => TestDatabase.IsPostgres ? $"'\\x{Convert.ToHexString(bytes)}'" : $"x'{Convert.ToHexString(bytes)}'",
        bool flag => flag ? "true" : "false",
        string or Guid => $"'{$"{value}".Replace("'", "''", StringComparison.Ordinal)}'",
        _ => $"{value}",
    };

    private static string Text(object value) => value is byte[] { Length: 16 } id ? new Guid(id, bigEndian: true).ToString() : $"{value}";

    /// <summary>
    /// Rules of a programme, and purchases under them: one whose points have expired already, and two whose points are left.
    /// </summary>
    private static IEnumerable<Command> Rules(Caller boss, PartnerId partner)
    {
        var (programme, caller) = (new ProgrammeId("alpha-points"), Caller.Of(partner));
        yield return new PublishProgrammeTerms(NewContext(boss), programme, new ProgrammeRules(new LotRule(1, new Expiry(12, 0, ExpirySnap.MonthEnd)), [new Cap(CapPeriod.Day, 500, 0)])
        {
            Tiers = new TierRule(TierMeasure.Purchases, "", 1, 12, [new TierLevel("known", 1, 150, false, true)]),
            Inactivity = new InactivityRule(1000, false),
            ReminderDays = 90,
            Spending = new SpendingRule(1, 1, 100, 0, 30, 0),
        })
        {
            FromTime = DateTime.UnixEpoch, MayBePast = true,
        };
        yield return new PublishCampaign(
            NewContext(boss), programme, "more",
            new CampaignRule(
                DateTime.UnixEpoch, DateTime.UnixEpoch.AddYears(99), CampaignFilter.All with { EveryNth = 2 }, CampaignEffect.Fixed, 7, null, [], "", [new Cap(CapPeriod.Year, 100, 0)], false, partner, 1000))
        {
            MayBePast = true,
        };
        var now = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
        DateTime[] times = [DateTime.UnixEpoch.AddYears(30), now, now];
        for (var i = 0; i < times.Length; i++)
        {
            yield return new RecordPurchase(NewContext(caller), partner, $"ruled-{i}", "alpha-1", new Money("EUR", 1_000_000), times[i]);
        }

        yield return new ReversePurchase(NewContext(caller), partner, "ruled-2", new Money("EUR", 10_000));
        yield return new PublishAgreement(NewContext(boss), partner, programme, new Terms([new Rate(100, new Money("EUR", 1_000_000))], Rounding.Nearest, [], 0))
        {
            AwardLimits = new AwardLimits(50, 60),
        };
        var referred = new MemberId(Guid.NewGuid());
        var nobody = new Profile(referred, null, null, null, null, null, null);
        yield return new EnrollMember(NewContext(caller), partner, "referred", referred, new MembershipId(Guid.NewGuid()), nobody, nobody) { ReferrerNumber = "alpha-1" };
        yield return new AwardPoints(NewContext(caller), partner, "goodwill", "alpha-1", 50, AwardReason.Goodwill, null);
        yield return new ReplaceMembershipNumber(NewContext(caller), partner, "referred", "replaced") { Salt = [1] };
        yield return new ReservePoints(NewContext(caller), partner, "reserved", "alpha-1", 1, new Money("EUR", 1_000_000), false);
        yield return new PublishReward(NewContext(boss), programme, "coffee", new RewardRule(1, [new RewardText("en", "A coffee")], null, DateTime.UnixEpoch, DateTime.UnixEpoch.AddYears(99), 0, 0, 30, [], []));
    }

    /// <summary>Two cards of one person, of which the second is merged into the first.</summary>
    private static IEnumerable<Command> Merging(PartnerId partner)
    {
        var (programme, member, twin, notices) = (new ProgrammeId("alpha-points"), new MemberId(Guid.NewGuid()), new MemberId(Guid.NewGuid()), new NoticesInForce("v", ["v"]));
        foreach (var (number, id) in new[] { ("first", member), ("twin", twin) })
        {
            var nobody = new Profile(id, null, null, null, null, null, null);
            yield return new EnrollMember(NewContext(Caller.Of(partner)), partner, number, id, new MembershipId(Guid.NewGuid()), nobody, nobody) { Salt = [2] };
        }

        yield return new RecordPurchase(NewContext(Caller.Of(partner)), partner, "of the twin", "twin", new Money("EUR", 1_000_000), DateTime.UnixEpoch.AddYears(56));
        yield return new PublishCampaign(
            NewContext(new Caller(CallerKind.Operator, "boss")), programme, "opt-in",
            new CampaignRule(
                DateTime.UnixEpoch, DateTime.UnixEpoch.AddYears(99), CampaignFilter.All, CampaignEffect.Fixed, 7, null, [], "", [], false, null, 0)
            {
                ActivateUntilTime = DateTime.UnixEpoch.AddYears(99),
            })
        {
            MayBePast = true,
        };
        yield return new RecordPurchase(NewContext(Caller.Of(partner)), partner, "waiting", "first", new Money("EUR", 1_000_000), DateTime.UnixEpoch.AddYears(56));
        yield return new ActivateCampaign(NewContext(Caller.Of(member)), member, programme, "opt-in");
        yield return new ClaimReward(NewContext(Caller.Of(member)), member, programme, "coffee", null, "c0de");
        yield return new CreatePaymentCode(NewContext(Caller.Of(member)), member, programme, 0, "payc0de");
        yield return new CreateLinkCode(NewContext(Caller.Of(partner)), partner, "twin", [9]);
        yield return new MergeMemberships(NewContext(Caller.Of(member)), member, programme, "twin", [9], notices);
    }

    private static CommandContext NewContext(Caller caller) => new(caller, Guid.NewGuid(), new EventId(Guid.NewGuid()));

    /// <summary>Adds rows to the tables that the scenario leaves empty.</summary>
    private async Task Complete()
    {
        var boss = new Caller(CallerKind.Operator, "boss");
        var officer = new Caller(CallerKind.Officer, "officer");
        var proposing = NewContext(boss);
        using var connection = TestDatabase.Open(_bench.Options);
        var members = connection.Query("SELECT DISTINCT member_id FROM membership ORDER BY member_id").Select(row => new MemberId(Guid.Parse(Text(row[0])))).ToArray();
        var unsigned = new EventId(Guid.Parse(Text(connection.Query("SELECT id FROM event ORDER BY log_index LIMIT 1")[0][0])));
        var alpha = new PartnerId("alpha");
        Command[] commands =
        [
            .. Rules(boss, alpha),
            .. Merging(alpha),
            new AdjustPoints(NewContext(boss), new ProgrammeId("alpha-points"), "first", 5, AdjustmentReason.Correction, "C-1"),
            new PublishClosingRule(NewContext(boss), new ProgrammeId("alpha-points"), null),
            new PublishClientKeys(NewContext(boss), "alpha", "{\"keys\":[]}", ["print"], "boss"),
            new IssueClientSecret(NewContext(boss), "beta", [7], 9, 3, "boss"),
            new SuspendClient(NewContext(boss), "beta", true),
            new SetSenderConstraint(NewContext(boss), "beta", SenderConstraint.Dpop),
            new PublishClient(NewContext(boss), "back-office", CallerKind.Operator, "Back office", ["people.read"], []),
            new CreateSignInCode(NewContext(Caller.Of(alpha)), alpha, "first", "51c0de"),
            new AddPasskey(NewContext(Caller.Of(members[1])), members[1], new Passkey(Guid.NewGuid(), members[1], "cafe", [1, 2], "usb", true, "Key", default), null),
            new MakeRecoveryCodes(NewContext(Caller.Of(members[1])), members[1], ["4ec0"]),
            new InvitePerson(NewContext(boss), new PersonId("anna"), CallerKind.Operator, [PersonRole.Approve], "ba5e"),
            new Propose(proposing, new PublishClosingRule(proposing, new ProgrammeId("alpha-points"), null), [1], "carl", [2]),
            new PublishNotice(NewContext(boss), "v", true, [new NoticeText("en", [1])]),
            new CreateGuardianCode(NewContext(Caller.Of(members[0])), members[0], "aa", 40),
            new RestrictProcessing(NewContext(Caller.Of(members[0])), members[0], RestrictionGround.LegalClaims),
            new RefuseSharing(NewContext(Caller.Of(members[1])), members[1], RefusalSignal.Member, new NoticesInForce("v", ["v"])),
            new OpenRequest(NewContext(officer), members[1], DataRight.Access, DateTime.UnixEpoch.AddYears(50)),
            new PlaceHold(NewContext(officer), members[1], HoldGround.LegalClaims, DateTime.UnixEpoch.AddYears(99)),
            new ReportBreach(NewContext(officer), alpha, DateTime.UnixEpoch, DateTime.UnixEpoch.AddYears(1), DateTime.UnixEpoch.AddYears(2)),
            new EraseMember(NewContext(boss), members[2], true, new NoticesInForce("v", ["v"])),
            new VoidEvent(NewContext(boss), unsigned, "tried", IsProved: false, Stands: false),
        ];
        foreach (var command in commands)
        {
            var outcome = await _bench.Outcome(command);
            Assert.True(outcome.All(char.IsAsciiHexDigit), $"{command.Method}: {outcome}");
        }

        var reminded = Guid.Parse((string)connection.Query("SELECT subject FROM due WHERE kind = 'reminder' ORDER BY due_time LIMIT 1")[0][0]);
        Assert.True((await _bench.Outcome(new RemindMember(NewContext(Caller.Gateway), new MembershipId(reminded)))).All(char.IsAsciiHexDigit));
    }
}
