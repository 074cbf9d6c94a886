using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Store;

/// <summary>A membership with its number.</summary>
/// <param name="OtherNumbers">The numbers that came by merges or were replaced, in the order of their texts.</param>
internal sealed record NumberedMembership(ProgrammeId ProgrammeId, string Number, DateTime EnrollTime, IReadOnlyList<string> OtherNumbers);

/// <summary>Reads members' memberships and refused requests, and finds members by membership number.</summary>
internal sealed class MemberReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>A member's memberships, in the order of programme ids.</summary>
    public async Task<IReadOnlyList<NumberedMembership>> Memberships(MemberId member, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var found = await context.Set<Membership>().Where(row => row.MemberId == member)
            .Join(context.Set<MembershipNumber>(), membership => membership.Id, number => number.MembershipId, (membership, number) => new { membership, number })
            .ToListAsync(cancellation);
        return
        [
            .. from own in found.ToLookup(row => row.membership, row => row.number)
               let main = own.FirstOrDefault(number => number.IsMain)
               where main is not null
               orderby own.Key.ProgrammeId.Value
               select new NumberedMembership(
                   own.Key.ProgrammeId, main.Number, own.Key.EnrollTime,
                   [.. own.Where(number => !number.IsMain).Select(number => number.Number).Order(StringComparer.Ordinal)]),
        ];
    }

    /// <summary>
    /// A member's own requests that were refused, in the order of their ids, which is the order of the primary key.
    /// </summary>
    public async Task<IReadOnlyList<StoredAnswer>> RefusedRequests(MemberId member, Guid after, int count, CancellationToken cancellation)
    {
        var caller = Caller.Of(member).ToString();
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<StoredAnswer>().FromSql(
            $"SELECT * FROM request WHERE caller = {caller} AND request_id > {context.Stored(after)} AND refusal IS NOT NULL ORDER BY request_id LIMIT {count}")
            .ToListAsync(cancellation);
    }

    /// <summary>The members who hold a membership number, in one programme or in any.</summary>
    public async Task<IReadOnlyList<MemberId>> Holders(string number, ProgrammeId? programme, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        return await context.Set<MembershipNumber>().Where(row => row.Number == number && row.EndTime == null && (programme == null || row.ProgrammeId == programme))
            .Join(context.Set<Membership>(), row => row.MembershipId, membership => membership.Id, (_, membership) => membership.MemberId)
            .Distinct().ToListAsync(cancellation);
    }
}
