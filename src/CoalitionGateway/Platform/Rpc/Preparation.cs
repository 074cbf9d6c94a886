namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// The work that a host does with the gateway's own calls before others use the gateway, such as building a sandbox
/// coalition. The gateway is not ready until the preparation has ended.
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
