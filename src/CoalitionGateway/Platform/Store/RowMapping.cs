using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CoalitionGateway.Platform.Store;

/// <summary>Helpers with which a room declares the tables of its rows.</summary>
internal static class RowMapping
{
    /// <summary>Maps the rows to a table. The properties that hold keys are not stored.</summary>
    /// <param name="entity">The rows.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="check">The check constraint of each row, in SQL; null: none.</param>
    public static EntityTypeBuilder<TRow> Table<TRow>(this EntityTypeBuilder<TRow> entity, string table, string? check = null)
        where TRow : Row
    {
        entity.ToTable(table, builder =>
        {
            if (check is not null)
            {
                builder.HasCheckConstraint($"ck_{table}", check);
            }
        });
        return entity.Ignore(row => row.Primary).Ignore(row => row.Lookups).Ignore(row => row.Sets);
    }

    /// <summary>Stores rules, which are a structure, as bytes in one column. Nothing searches them.</summary>
    public static void AsBytes<TRules>(this PropertyBuilder<TRules> property, Expression<Func<TRules, byte[]>> write, Expression<Func<byte[], TRules>> read) =>
        property.HasConversion(write, read, new ValueComparer<TRules>((one, other) => ReferenceEquals(one, other), rules => RuntimeHelpers.GetHashCode(rules)));

    /// <summary>The rows refer to a programme.</summary>
    public static void OfProgramme<TRow>(this EntityTypeBuilder<TRow> entity, Expression<Func<TRow, object?>> programme)
        where TRow : Row =>
        entity.HasOne<Programme>().WithMany().HasForeignKey(programme).OnDelete(DeleteBehavior.Restrict);
}
