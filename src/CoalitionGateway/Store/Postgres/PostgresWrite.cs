using System.Collections.Concurrent;
using Npgsql;

namespace CoalitionGateway.Store.Postgres;

/// <summary>A write on its way; how it ended is taken in by the journal's thread.</summary>
internal sealed class PostgresWrite(Task done, Action committed, Action conflicted, Func<Exception, Exception> failed) : IStoreWrite
{
    public bool Wait(TimeSpan patience) => Task.WaitAny([done], patience) == 0;

    public bool Complete()
    {
        try
        {
            done.GetAwaiter().GetResult();
            committed();
            return true;
        }
        catch (PostgresException conflict) when (PostgresFailures.IsConflict(conflict))
        {
            conflicted();
            return false;
        }
        catch (Exception lost)
        {
            throw failed(lost);
        }
    }
}

/// <summary>The thread that waits for the database, so that the journal's need not. Not of the pool, where a commit would queue behind calls.</summary>
internal sealed class WriterThread : IDisposable
{
    private readonly BlockingCollection<Task> _work = [];
    private readonly Thread _thread;

    public WriterThread()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "writer" };
        _thread.Start();
    }

    public Task Run(Action work)
    {
        var task = new Task(work);
        _work.Add(task);
        return task;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Run()
    {
        foreach (var task in _work.GetConsumingEnumerable())
        {
            task.RunSynchronously();
        }
    }
}
