using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Compliance;

/// <summary>Data that has reached the end of its retention period.</summary>
internal sealed record RetentionDue(MemberId MemberId, string What, DateTime LastTime, DateTime DueTime)
{
    private const int _atOnce = 500;

    // A page may be short, because one call looks at no more members than this.
    private const int _mostLooked = 5000;
    private const string _ofErased = "erased ";

    /// <summary>A page of due data: first that of erased members, then the profiles of members not seen for long.</summary>
    /// <returns>The due data, and the key from which the next page continues; null at the end.</returns>
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
