using Npgsql;

namespace CoalitionGateway.Store.Postgres;

/// <summary>A batch's statements, one round trip that commits.</summary>
internal sealed class PostgresWrite(NpgsqlBatch batch, Action committed, Action conflicted, Func<Exception, Exception> failed) : IStoreWrite
{
    private Exception? _failure;

    public void Execute()
    {
        try
        {
            using (batch)
            {
                batch.ExecuteNonQuery();
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }

    public bool Complete()
    {
        switch (_failure)
        {
            case null:
                committed();
                return true;
            case PostgresException conflict when PostgresFailures.IsConflict(conflict):
                conflicted();
                return false;
            default:
                throw failed(_failure);
        }
    }
}
