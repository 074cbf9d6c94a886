using CoalitionGateway.Ledger.People;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CoalitionGateway.People;

/// <summary>The persons of the operator and of compliance, as the database stores them.</summary>
internal sealed class PeopleTables : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> person) => person.Table("person", "kind IN (3, 4)").HasKey(row => row.Id);
}
