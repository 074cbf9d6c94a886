namespace CoalitionGateway.Portal.SignIn;

/// <summary>Does something once, at the end.</summary>
internal sealed class Ending(Func<Task> end) : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await end();
}
