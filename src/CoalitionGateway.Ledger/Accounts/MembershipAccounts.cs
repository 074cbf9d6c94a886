using System.Collections.Concurrent;

namespace CoalitionGateway.Ledger.Accounts;

/// <summary>
/// The two accounts of a membership. Remembered by whoever asks: ids of accounts are hashes, and the same ones are asked
/// for by every command and question of a member.
/// </summary>
internal sealed record MembershipAccounts(AccountRef Points, AccountRef Receivable)
{
    private const int _mostRemembered = 32_768;
    private static readonly ConcurrentDictionary<(ProgrammeId, MembershipId), MembershipAccounts> _remembered = [];
    private static int _count;

    public static MembershipAccounts Of(ProgrammeId programme, MembershipId membership)
    {
        if (_remembered.TryGetValue((programme, membership), out var known))
        {
            return known;
        }

        var made = new MembershipAccounts(AccountRef.Points(programme, membership), AccountRef.Receivable(programme, membership));

        // Known before others can see them.
        _ = (made.Points.Id, made.Receivable.Id);
        if (Interlocked.Increment(ref _count) > _mostRemembered)
        {
            _remembered.Clear();
            _count = 0;
        }

        return _remembered[(programme, membership)] = made;
    }
}
