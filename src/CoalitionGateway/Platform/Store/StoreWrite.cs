namespace CoalitionGateway.Platform.Store;

/// <summary>A prepared write.</summary>
/// <param name="write">Writes, and waits for the end.</param>
/// <param name="takeIn">Handles the outcome: see <see cref="Complete"/>.</param>
internal sealed class StoreWrite(Action write, Func<Exception?, bool> takeIn)
{
    private Exception? _failure;

    /// <summary>Writes and waits for the end, while another thread decides ahead. Throws nothing.</summary>
    public void Execute()
    {
        try
        {
            write();
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }

    /// <summary>
    /// Handles the outcome, while no other thread decides. False: a speculative assumption was wrong, and nothing was
    /// written. The decisions that rest on it are dropped and must be made again.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database does not answer; it may have committed.</exception>
    public bool Complete() => takeIn(_failure);
}
