using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CoalitionGateway.SignIns;

/// <summary>Codes and passkeys with which members and persons sign in, as the database stores them.</summary>
internal sealed class SignInTables : IEntityTypeConfiguration<SignInCode>, IEntityTypeConfiguration<Passkey>, IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<SignInCode> code)
    {
        code.Table("sign_in_code").HasKey(row => row.AccountId);
        code.HasIndex(row => row.CodeHash).IsUnique();
    }

    public void Configure(EntityTypeBuilder<Passkey> passkey)
    {
        passkey.Table("passkey").HasKey(row => row.Id);
        passkey.HasIndex(row => row.CredentialId).IsUnique();
        passkey.HasIndex(row => row.AccountId);
    }

    public void Configure(EntityTypeBuilder<RecoveryCode> code)
    {
        code.Table("recovery_code").HasKey(row => row.CodeHash);
        code.HasIndex(row => row.MemberId);
    }
}
