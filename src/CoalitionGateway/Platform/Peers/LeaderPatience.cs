namespace CoalitionGateway.Platform.Peers;

/// <summary>How long a gateway waits for the gateway that leads.</summary>
/// <param name="Greeting">The longest time from the connection's start until the leader accepts it.</param>
/// <param name="Silence">The longest time that the leader may be silent afterwards.</param>
internal sealed record LeaderPatience(TimeSpan Greeting, TimeSpan Silence);
