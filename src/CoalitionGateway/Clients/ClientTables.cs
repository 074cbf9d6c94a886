using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CoalitionGateway.Clients;

/// <summary>The OAuth clients, as the database stores them.</summary>
internal sealed class ClientTables : IEntityTypeConfiguration<RegisteredClient>
{
    public void Configure(EntityTypeBuilder<RegisteredClient> client)
    {
        client.Table("client", "kind BETWEEN 1 AND 4 AND sender_constraint BETWEEN 1 AND 4").HasKey(row => row.ClientId);
        client.Ignore(row => row.Partner);
    }
}
