using System.Data.Common;
using System.Security.Cryptography;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Store;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>
/// Keeps a key for each member who told something about themself, and destroys it when the member is erased. A key is read
/// when it is needed and forgotten after: no gateway goes on with one that another destroyed.
/// </summary>
internal sealed class MemberKeyStore(DbContextOptions<KeyContext> options, MasterKeys masters)
{
    /// <summary>The key of a member, made if there is none; null for one who was erased.</summary>
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
            var (master, wrapped) = masters.Wrap(key, member.Value.ToByteArray());
            context.Keys.Add(new WrappedKey(member.Value, master, wrapped));
            try
            {
                await context.SaveChangesAsync(cancellation);
                return new MemberKey(member, key);
            }
            catch (DbUpdateException) when (attempt == 0)
            {
                // Another call made one at the same time: that is the member's.
                context.ChangeTracker.Clear();
            }
        }
    });

    /// <summary>The keys of members; of those who have none there is none.</summary>
    /// <exception cref="StoreUnavailableException">The key database does not answer.</exception>
    public Task<Dictionary<MemberId, MemberKey>> Find(IEnumerable<MemberId> members, CancellationToken cancellation) => Use(async context =>
    {
        var ids = members.Select(member => member.Value).Distinct().ToArray();
        var found = ids.Length == 0 ? [] : await context.Keys.Where(row => ids.Contains(row.MemberId)).ToListAsync(cancellation);
        return found.ToDictionary(row => new MemberId(row.MemberId), Unwrap);
    });

    /// <summary>Destroys the keys of an erased member, and keeps that they were. The same again changes nothing.</summary>
    /// <param name="erased">The member, and those who were the same person and have nothing left.</param>
    /// <param name="needed">Those of them whose keys still open what is another's: these stay.</param>
    /// <param name="made">The event that says so.</param>
    /// <param name="time">The event's.</param>
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

    /// <summary>Deletes the key of a member who came to nothing.</summary>
    public Task Discard(MemberId member, CancellationToken cancellation) =>
        Use(context => context.Keys.Where(row => row.MemberId == member.Value).ExecuteDeleteAsync(cancellation));

    /// <summary>Looks whether the master keys there are open the keys there are; makes the first one where there are no keys yet.</summary>
    /// <exception cref="InvalidOperationException">A master key is missing, or is another.</exception>
    /// <exception cref="StoreUnavailableException">The key database does not answer.</exception>
    public Task Check(CancellationToken cancellation) => Use(async context =>
    {
        var names = await context.Keys.Select(row => row.Master).Distinct().ToListAsync(cancellation);
        if (names.Count == 0)
        {
            masters.MakeFirst();
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

    /// <summary>Wraps the keys anew that are not wrapped by the current master key, some at a time.</summary>
    /// <returns>How many it wrapped; 0: no other master key is needed any more.</returns>
    public Task<int> Rewrap(int most, CancellationToken cancellation) => Use(async context =>
    {
        var current = masters.Current;
        var rows = await context.Keys.Where(row => row.Master != current).OrderBy(row => row.MemberId).Take(most).AsNoTracking().ToListAsync(cancellation);
        foreach (var row in rows)
        {
            var bound = row.MemberId.ToByteArray();
            var (master, wrapped) = masters.Wrap(masters.Unwrap(row.Master, row.Wrapped, bound), bound);
            await context.Keys.Where(found => found.MemberId == row.MemberId && found.Master == row.Master).ExecuteUpdateAsync(
                set => set.SetProperty(found => found.Master, master).SetProperty(found => found.Wrapped, wrapped), cancellation);
        }

        return rows.Count;
    });

    private MemberKey Unwrap(WrappedKey row) =>
        new(new MemberId(row.MemberId), masters.Unwrap(row.Master, row.Wrapped, row.MemberId.ToByteArray()));

    private async Task<T> Use<T>(Func<KeyContext, Task<T>> use)
    {
        try
        {
            await using var context = new KeyContext(options);
            return await use(context);
        }
        catch (Exception failed) when (failed is DbException or DbUpdateException or TimeoutException || (failed is InvalidOperationException && failed.InnerException is DbException))
        {
            throw new StoreUnavailableException("The key database did not answer.", failed);
        }
    }
}
