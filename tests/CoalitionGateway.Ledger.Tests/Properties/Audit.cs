using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Properties;

/// <summary>
/// Checks what must hold for the books after every batch, and replays the stored bytes alongside. It checks only the rows that
/// the batch touched; other rows were checked when they were last touched.
/// </summary>
internal sealed class Audit(MemoryStore store)
{
    private readonly WorkingState _replay = new();
    private readonly Dictionary<Guid, (long Points, long Entries)> _sums = [];
    private readonly Dictionary<ProgrammeId, long> _programmes = [];
    private readonly List<EventId> _events = [];

    public IReadOnlyList<EventId> Events => _events;

    /// <summary>Rows that events change and that were there before the first event.</summary>
    public IEnumerable<Row> Before
    {
        init
        {
            foreach (var row in value)
            {
                _replay.Put(row);
            }
        }
    }

    /// <summary>Whether the row follows from events. The other rows do not, because they are erasable.</summary>
    public static bool FollowsFromEvents(Row row) => row is not (StoredAnswer or StoredEvent or MembershipNumber or Profile or Notification);

    public void Check(WorkingState batch, IReadOnlyList<Answer> answers)
    {
        var accounts = batch.Entries.Select(Enter).ToHashSet();
        Assert.All(_programmes, sum => Assert.Equal(0, sum.Value));
        foreach (var id in accounts)
        {
            var account = Account(id)!;
            Assert.Equal(_sums[id], (account.BalancePoints, account.Version));
            Assert.True(account.Kind is not (AccountKind.Points or AccountKind.PoolShare) || account.BalancePoints >= 0, $"{account} is below zero");
            Assert.True(account.Kind is not AccountKind.Receivable || account.BalancePoints <= 0, $"{account} is above zero");
            OwesNothingWhileItHas(account);
        }

        // Answers do not contain follow-ups.
        var made = batch.Changes.Values.OfType<StoredEvent>().OrderBy(stored => stored.LogIndex).Select(stored => stored.Id).ToArray();
        Assert.All(answers.Where(answer => !answer.IsRepeated && answer.Event is not null), answer => Assert.Contains(answer.Event!.Id, made));
        foreach (var id in made)
        {
            _events.Add(id);
            Replay(_replay, id);
        }

        foreach (var (key, row) in batch.Changes.Where(change => change.Value is null || FollowsFromEvents(change.Value)))
        {
            Assert.Equal(Told(row), Written.Of(_replay.Changes.GetValueOrDefault(key)));
        }
    }

    /// <summary>The same check from the beginning, for all rows and all accounts at once.</summary>
    public void CheckAll()
    {
        var replay = new WorkingState();
        _events.ForEach(id => Replay(replay, id));

        var expected = store.Rows.Where(row => FollowsFromEvents(row) && (row is not Account account || account.Kind.HasFloor()));
        Assert.Equal(expected.Select(Told).Order(StringComparer.Ordinal), replay.Changes.Values.OfType<Row>().Where(FollowsFromEvents).Select(Written.Of).Order(StringComparer.Ordinal));
        Assert.Equal(store.Entries, replay.Entries);
        foreach (var account in store.Rows.OfType<Account>())
        {
            var entries = store.Entries.Where(entry => entry.AccountId == account.Id).ToArray();
            Assert.Equal((entries.Sum(entry => entry.AmountPoints), entries.LongLength), (account.BalancePoints, account.Version));
            Assert.True(account.Kind.HasFloor() || replay.Sums.Single(sum => sum.Key.Id == account.Id).Value == (account.BalancePoints, entries.Length));
        }

        Assert.All(store.Rows.OfType<Account>().GroupBy(account => account.ProgrammeId), programme => Assert.Equal(0, programme.Sum(account => account.BalancePoints)));
    }

    private static string Told(object? row) => Written.Of(row switch { LinkCode code => code.Told(), Passkey passkey => passkey.Told(), _ => row });

    private Guid Enter(Entry entry)
    {
        var account = Account(entry.AccountId)!;
        var (points, entries) = _sums.GetValueOrDefault(entry.AccountId);
        (long?, long?) expected = account.Kind.HasFloor() ? (points, points + entry.AmountPoints) : (null, null);
        Assert.Equal(expected, (entry.BalanceBefore, entry.BalanceAfter));
        _sums[entry.AccountId] = (points + entry.AmountPoints, entries + 1);
        _programmes[account.ProgrammeId] = _programmes.GetValueOrDefault(account.ProgrammeId) + entry.AmountPoints;
        return entry.AccountId;
    }

    /// <summary>Any credit pays a debt first. So nobody has points and a debt in the same programme.</summary>
    private void OwesNothingWhileItHas(Account account)
    {
        if (account.Kind is AccountKind.Points or AccountKind.Receivable)
        {
            var holder = account.Name.Split('/', 3)[2];
            var has = Account(new AccountRef(AccountKind.Points, account.ProgrammeId, holder).Id)?.BalancePoints ?? 0;
            var owes = -(Account(new AccountRef(AccountKind.Receivable, account.ProgrammeId, holder).Id)?.BalancePoints ?? 0);
            Assert.True(has == 0 || owes == 0, $"{account.Name}: {has} points are there while {owes} are owed");
        }
    }

    private void Replay(WorkingState rows, EventId id)
    {
        var made = EventCodec.Decode(((StoredEvent)store[new StoredEvent.Of(id)]!).Body);
        made.Rebuild(rows);
        rows.Post(made.Id, made.Postings);
        rows.Log(made);
    }

    private Account? Account(Guid id) => (Account?)store[new Account.Of(id)];
}
