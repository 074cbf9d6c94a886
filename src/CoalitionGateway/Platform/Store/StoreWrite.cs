namespace CoalitionGateway.Platform.Store;

/// <summary>A write that is prepared.</summary>
/// <param name="write">Writes, and waits for the end.</param>
/// <param name="takeIn">Takes in how it ended: see <see cref="Complete"/>.</param>
internal sealed class StoreWrite(Action write, Func<Exception?, bool> takeIn)
{
    private Exception? _failure;

    /// <summary>Writes, and waits for the end. While others decide ahead; throws nothing.</summary>
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
    /// Takes in how it ended, while nobody else decides. False: nothing was written, as a presumption was wrong; what was
    /// decided on it is forgotten, and to be decided again.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database does not answer; it may have committed.</exception>
    public bool Complete() => takeIn(_failure);
}
