using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.People;

/// <summary>Reads lists of persons.</summary>
internal sealed class PeopleReader(IDbContextFactory<LedgerContext> contexts)
{
    /// <summary>Persons in the order of their ids, with how many passkeys each has.</summary>
    public async Task<IReadOnlyList<(Person Person, int Passkeys)>> People(string? after, int count, CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var people = await context.Set<Person>().FromSql($"SELECT * FROM person WHERE id > {after ?? ""} ORDER BY id LIMIT {count}").ToListAsync(cancellation);
        AccountId[] ids = [.. people.Select(person => (AccountId)person.Id)];
        var passkeys = (await context.Set<Passkey>().Where(row => ids.Contains(row.AccountId)).Select(row => row.AccountId).ToListAsync(cancellation)).CountBy(id => id).ToDictionary();
        return [.. people.Select(person => (person, passkeys.GetValueOrDefault(person.Id)))];
    }
}
