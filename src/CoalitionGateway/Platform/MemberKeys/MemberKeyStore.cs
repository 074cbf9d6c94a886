using System.Data.Common;
using System.Security.Cryptography;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>
/// Keeps a key for each member with profile data, and destroys the key when the member is erased. Keys are read for each use
/// and never cached, so that no gateway uses a key that another gateway destroyed.
/// </summary>
internal sealed class MemberKeyStore
{
    private readonly DbContextOptions<KeyContext> _options;
    private readonly MasterKeys _masters;
    private readonly NewKeys _new;

    public MemberKeyStore(DbContextOptions<KeyContext> options, MasterKeys masters)
    {
        (_options, _masters) = (options, masters);
        _new = new NewKeys(keys => Use(context =>
        {
            context.Keys.AddRange(keys);
            return context.SaveChangesAsync();
        }));
    }

    /// <summary>Makes the key of a member whose id is new.</summary>
    /// <exception cref="StoreUnavailableException">The key database does not answer.</exception>
    public async Task<MemberKey> MakeNew(MemberId member, CancellationToken cancellation)
    {
        var key = RandomNumberGenerator.GetBytes(MemberKey.Length);
        var (master, wrapped) = _masters.Wrap(key, member.Value.ToByteArray());
        await _new.Add(new WrappedKey(member.Value, master, wrapped)).WaitAsync(cancellation);
        return new MemberKey(member, key);
    }

    /// <summary>The member's key, created if there is none; null if the member was erased.</summary>
    /// <exception cref="StoreUnavailableException">The key database does not answer.</exception>
    public Task<MemberKey?> Make(MemberId member, CancellationToken cancellation) => Use<MemberKey?>(async context =>
    {
        if (await context.Erased.AnyAsync(row => row.MemberId == member.Value, cancellation))
        {
            return null;
        }

        for (var attempt = 0; ; attempt++)
        {
            if (await context.Keys.FirstOrDefaultAsync(row => row.MemberId == member.Value, cancellation) is { } known)
            {
                return Unwrap(known);
            }

            var key = RandomNumberGenerator.GetBytes(MemberKey.Length);
            var (master, wrapped) = _masters.Wrap(key, member.Value.ToByteArray());
            context.Keys.Add(new WrappedKey(member.Value, master, wrapped));
            try
            {
                await context.SaveChangesAsync(cancellation);
                return new MemberKey(member, key);
            }
            catch (DbUpdateException) when (attempt == 0)
            {
                // Another call created the member's key at the same time: use that key.
                context.ChangeTracker.Clear();
            }
        }
    });

    /// <summary>The keys of members. Members without a key are left out.</summary>
    /// <exception cref="StoreUnavailableException">The key database does not answer.</exception>
    public Task<Dictionary<MemberId, MemberKey>> Find(IEnumerable<MemberId> members, CancellationToken cancellation) => Use(async context =>
    {
        var ids = members.Select(member => member.Value).Distinct().ToArray();
        var found = ids.Length == 0 ? [] : await context.Keys.Where(row => ids.Contains(row.MemberId)).ToListAsync(cancellation);
        return found.ToDictionary(row => new MemberId(row.MemberId), Unwrap);
    });

    /// <summary>Destroys the keys of an erased member, and records the erasure. Idempotent.</summary>
    /// <param name="erased">The member, and the same person's former ids that hold no membership any more.</param>
    /// <param name="needed">The ids among these whose keys still open another member's data. These keys stay.</param>
    /// <param name="made">The event of the erasure.</param>
    /// <param name="time">The event's time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task Destroy(
        IReadOnlyCollection<MemberId> erased, IReadOnlySet<MemberId> needed, EventId made, DateTime time, CancellationToken cancellation) => Use(async context =>
    {
        var ids = erased.Where(member => !needed.Contains(member)).Select(member => member.Value).ToArray();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        await context.Keys.Where(row => ids.Contains(row.MemberId)).ExecuteDeleteAsync(cancellation);
        foreach (var id in erased.Select(member => member.Value))
        {
            await context.Database.ExecuteSqlAsync(
                $"INSERT INTO erased_member (member_id, event_id, erase_time) VALUES ({id}, {made.Value}, {time}) ON CONFLICT DO NOTHING", cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return true;
    });

    /// <summary>Deletes the key of a member whose enrolment did not take place.</summary>
    public Task Discard(MemberId member, CancellationToken cancellation) =>
        Use(context => context.Keys.Where(row => row.MemberId == member.Value).ExecuteDeleteAsync(cancellation));

    /// <summary>
    /// Checks that the master keys open the stored keys. Creates the first master key if no key is stored yet.
    /// </summary>
    /// <exception cref="InvalidOperationException">A master key is missing or is the wrong one.</exception>
    /// <exception cref="StoreUnavailableException">The key database does not answer.</exception>
    public Task Check(CancellationToken cancellation) => Use(async context =>
    {
        var names = await context.Keys.Select(row => row.Master).Distinct().ToListAsync(cancellation);
        if (names.Count == 0)
        {
            _masters.MakeFirst();
        }

        foreach (var name in names)
        {
            var row = await context.Keys.AsNoTracking().FirstAsync(found => found.Master == name, cancellation);
            try
            {
                using var key = Unwrap(row);
            }
            catch (CryptographicException wrong)
            {
                throw new InvalidOperationException(wrong.Message, wrong);
            }
        }

        return true;
    });

    /// <summary>All members that were ever erased.</summary>
    public Task<List<ErasedMember>> Erased(CancellationToken cancellation) =>
        Use(context => context.Erased.AsNoTracking().OrderBy(row => row.EraseTime).ToListAsync(cancellation));

    /// <summary>
    /// Rewraps keys that are not wrapped by the current master key, up to <paramref name="most"/> at a time.
    /// </summary>
    /// <returns>How many keys were rewrapped; 0: no other master key is needed any more.</returns>
    public Task<int> Rewrap(int most, CancellationToken cancellation) => Use(async context =>
    {
        var current = _masters.Current;
        var rows = await context.Keys.Where(row => row.Master != current).OrderBy(row => row.MemberId).Take(most).AsNoTracking().ToListAsync(cancellation);
        foreach (var row in rows)
        {
            var bound = row.MemberId.ToByteArray();
            var (master, wrapped) = _masters.Wrap(_masters.Unwrap(row.Master, row.Wrapped, bound), bound);
            await context.Keys.Where(found => found.MemberId == row.MemberId && found.Master == row.Master).ExecuteUpdateAsync(
                set => set.SetProperty(found => found.Master, master).SetProperty(found => found.Wrapped, wrapped), cancellation);
        }

        return rows.Count;
    });

    private MemberKey Unwrap(WrappedKey row) =>
        new(new MemberId(row.MemberId), _masters.Unwrap(row.Master, row.Wrapped, row.MemberId.ToByteArray()));

    private async Task<T> Use<T>(Func<KeyContext, Task<T>> use)
    {
        try
        {
            await using var context = new KeyContext(_options);
            return await use(context);
        }
        catch (Exception failed) when (failed is DbException or DbUpdateException or TimeoutException || (failed is InvalidOperationException && failed.InnerException is DbException))
        {
            throw new StoreUnavailableException("The key database did not answer.", failed);
        }
    }
}
