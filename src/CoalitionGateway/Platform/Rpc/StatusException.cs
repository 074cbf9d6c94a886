namespace CoalitionGateway.Platform.Rpc;

/// <summary>A call ends with a status that is known where it fails.</summary>
internal sealed class StatusException(Google.Rpc.Status status) : Exception(status.Message)
{
    public Google.Rpc.Status Status { get; } = status;
}
