using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Compliance;

/// <summary>Something that has been kept for as long as it may be.</summary>
internal sealed record RetentionDue(MemberId MemberId, string What, DateTime LastTime, DateTime DueTime)
{
    private const int _atOnce = 500;

    // A page may be short: of so many members at most is asked in one call.
    private const int _mostLooked = 5000;
    private const string _ofErased = "erased ";

    /// <summary>A page of what is due: first what is kept of erased members, then profiles of members not seen any more.</summary>
    /// <returns>What is due, and the key to go on after; null at the end.</returns>
    public static async Task<(IReadOnlyList<RetentionDue> Due, string? Next)> Find(
        PrivacyReader reader, PrivacyOptions kept, Page page, DateTime now, CancellationToken cancellation)
    {
        var due = new List<RetentionDue>();
        MemberId? after = page.After is { } text && !text.StartsWith(_ofErased, StringComparison.Ordinal) ? new MemberId(Guid.Parse(text)) : null;
        if (after is null)
        {
            var begin = page.After is { } key ? Guid.Parse(key[_ofErased.Length..]) : Guid.Empty;
            foreach (var erased in (await reader.Erasures(cancellation)).Where(row => row.MemberId.Value > begin).OrderBy(row => row.MemberId.Value))
            {
                if (due.Count >= page.Size)
                {
                    return (due, _ofErased + due[^1].MemberId);
                }

                var ends = new[] { ("proofs", erased.EraseTime.AddYears(kept.ProofYears)), ("books", erased.EraseTime.AddYears(kept.BooksYears)) };
                due.AddRange(ends.Where(end => end.Item2 <= now).Select(end => new RetentionDue(erased.MemberId, end.Item1, erased.EraseTime, end.Item2)));
            }
        }

        for (var looked = 0; await reader.LastSeen(after, _atOnce, cancellation) is { Count: > 0 } seen; looked += seen.Count)
        {
            if (looked >= _mostLooked)
            {
                return (due, after.ToString());
            }

            foreach (var (member, last) in seen)
            {
                after = member;
                if (last is { } time && time.AddYears(kept.ProfileYears) <= now)
                {
                    due.Add(new RetentionDue(member, "profile", time, time.AddYears(kept.ProfileYears)));
                    if (due.Count >= page.Size)
                    {
                        return (due, member.ToString());
                    }
                }
            }
        }

        return (due, null);
    }
}
