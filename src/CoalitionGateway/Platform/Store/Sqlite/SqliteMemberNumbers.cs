using System.Data.Common;

namespace CoalitionGateway.Platform.Store.Sqlite;

internal sealed class SqliteMemberNumbers : MemberNumbers
{
    protected override IReadOnlyList<(Guid Member, long Number)> Last(DbTransaction transaction, Guid[] members)
    {
        using var command = LogWriter.Command(transaction, "SELECT max(number) FROM log_member WHERE member_id = @member", ("member", DBNull.Value));
        var found = new List<(Guid, long)>();
        foreach (var member in members)
        {
            command.Parameters[0].Value = IdConverters.ToBytes(member);
            if (command.ExecuteScalar() is long number)
            {
                found.Add((member, number));
            }
        }

        return found;
    }

    protected override void Add(DbTransaction transaction, IReadOnlyList<(Guid Member, long Number, long LogIndex)> rows)
    {
        using var command = LogWriter.Command(
            transaction, "INSERT INTO log_member (member_id, number, log_index) VALUES (@member, @number, @index)",
            ("member", DBNull.Value), ("number", DBNull.Value), ("index", DBNull.Value));
        foreach (var (member, number, index) in rows)
        {
            (command.Parameters[0].Value, command.Parameters[1].Value, command.Parameters[2].Value) = (IdConverters.ToBytes(member), number, index);
            command.ExecuteNonQuery();
        }
    }
}
