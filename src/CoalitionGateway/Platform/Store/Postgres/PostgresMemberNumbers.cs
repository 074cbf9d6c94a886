using System.Data.Common;

namespace CoalitionGateway.Platform.Store.Postgres;

internal sealed class PostgresMemberNumbers : MemberNumbers
{
    protected override IReadOnlyList<(Guid Member, long Number)> Last(DbTransaction transaction, Guid[] members)
    {
        if (members.Length == 0)
        {
            return [];
        }

        using var command = LogWriter.Command(
            transaction,
            "SELECT member, number FROM unnest(@members) AS member CROSS JOIN LATERAL (SELECT number FROM log_member WHERE member_id = member ORDER BY number DESC LIMIT 1) AS last",
            ("members", members));
        using var reader = command.ExecuteReader();
        var found = new List<(Guid, long)>();
        while (reader.Read())
        {
            found.Add((reader.GetGuid(0), reader.GetInt64(1)));
        }

        return found;
    }

    protected override void Add(DbTransaction transaction, IReadOnlyList<(Guid Member, long Number, long LogIndex)> rows) => LogWriter.Command(
        transaction, "INSERT INTO log_member (member_id, number, log_index) SELECT unnest(@members), unnest(@numbers), unnest(@indexes)",
        ("members", rows.Select(row => row.Member).ToArray()), ("numbers", rows.Select(row => row.Number).ToArray()), ("indexes", rows.Select(row => row.LogIndex).ToArray())).ExecuteNonQuery();
}
