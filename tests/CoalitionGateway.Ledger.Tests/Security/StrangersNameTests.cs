using CoalitionGateway.Ledger.Clients;

namespace CoalitionGateway.Ledger.Tests.Security;

/// <summary>Strangers choose the client ids that they send. So the absence of a client is not cached.</summary>
public sealed class StrangersNameTests
{
    [Fact]
    public void UnknownClient_IsForgottenWithTheBatch()
    {
        var (memory, key) = (new RowMemory(), new RegisteredClient.Of("nobody"));
        var rows = new WorkingState(memory);
        Assert.Null(rows.Find(key));
        Assert.Contains(key, rows.Missing);
        rows.Load(key, null);
        Assert.Null(rows.Find(key));
        Assert.Empty(rows.Missing);
        Assert.False(memory.TryGet(key, out _));

        var next = new WorkingState(memory);
        Assert.Null(next.Find(key));
        Assert.Contains(key, next.Missing);
    }

    [Fact]
    public void KnownClient_IsRemembered()
    {
        var (memory, client) = (new RowMemory(), new RegisteredClient("alpha", CallerKind.Partner, "Alpha", [1], ""));
        new WorkingState(memory).Load(client.Primary, client);
        Assert.Equal(client, new WorkingState(memory).Find(new RegisteredClient.Of("alpha")));
    }
}
