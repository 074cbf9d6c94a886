using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Members;

/// <summary>Memberships, profiles and what members chose, as the database stores them.</summary>
internal sealed class MemberTables
    : IEntityTypeConfiguration<Membership>,
    IEntityTypeConfiguration<MembershipNumber>,
    IEntityTypeConfiguration<Profile>,
    IEntityTypeConfiguration<Choice>,
    IEntityTypeConfiguration<LinkCode>,
    IEntityTypeConfiguration<Referral>
{
    public void Configure(EntityTypeBuilder<Membership> membership)
    {
        membership.Table("membership").HasKey(row => row.Id);
        membership.Ignore(row => row.IsErased);
        membership.HasIndex(row => new { row.MemberId, row.ProgrammeId }).IsUnique();
        membership.HasIndex(row => row.MergedIntoId);
        membership.OfProgramme(row => row.ProgrammeId);
    }

    public void Configure(EntityTypeBuilder<MembershipNumber> number)
    {
        number.Table("membership_number").HasKey(row => new { row.ProgrammeId, row.Number });
        number.HasIndex(row => row.Number);
        number.HasIndex(row => row.MembershipId);
        number.HasOne<Membership>().WithMany().HasForeignKey(row => row.MembershipId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Profile> profile) => profile.Table("profile").Ignore(row => row.IsEmpty).HasKey(row => row.MemberId);

    public void Configure(EntityTypeBuilder<Choice> choice)
    {
        choice.Table("choice").HasKey(row => new { row.MemberId, row.PartnerId, row.FromTime });
        choice.OfProgramme(row => row.ProgrammeId);
    }

    public void Configure(EntityTypeBuilder<Referral> referral) => referral.Table("referral").HasKey(row => row.MembershipId);

    public void Configure(EntityTypeBuilder<LinkCode> code) => code.Table("link_code").HasKey(row => row.MembershipId);
}
