namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// What a host does through the gateway's own calls before others use it, such as bringing about a sandbox's coalition.
/// The gateway is not ready before that has ended.
/// </summary>
public sealed class Preparation(bool isPending = false)
{
    private volatile bool _isPending = isPending;

    /// <summary>Raised when the preparation has ended.</summary>
    public event Action? Ended;

    public bool IsPending => _isPending;

    public void End()
    {
        _isPending = false;
        Ended?.Invoke();
    }
}
