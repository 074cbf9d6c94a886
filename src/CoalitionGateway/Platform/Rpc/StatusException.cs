namespace CoalitionGateway.Platform.Rpc;

/// <summary>Ends a call with a status that is known at the place of the failure.</summary>
internal sealed class StatusException(Google.Rpc.Status status) : Exception(status.Message)
{
    public Google.Rpc.Status Status { get; } = status;
}
