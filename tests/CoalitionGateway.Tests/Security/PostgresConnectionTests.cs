using CoalitionGateway.Platform.Store.Postgres;

namespace CoalitionGateway.Tests.Security;

/// <summary>If the driver remembered a dead server or a standby for ten seconds, a failover would become an outage.</summary>
public sealed class PostgresConnectionTests
{
    [Fact]
    public void SeveralHosts_UseOnlyThePrimary_AndRecheckItEverySecond()
    {
        var connection = PostgresConnection.Of("Host=one,two;Username=coalition_app");
        Assert.Equal(("primary", 1, 2), (connection.TargetSessionAttributes, connection.HostRecheckSeconds, connection.Timeout));
    }

    [Fact]
    public void SeveralHosts_WithSettingsOfTheirOwn_KeepThem()
    {
        var connection = PostgresConnection.Of("Host=one,two;Target Session Attributes=prefer-primary;Host Recheck Seconds=7;Timeout=9");
        Assert.Equal(("prefer-primary", 7, 9), (connection.TargetSessionAttributes, connection.HostRecheckSeconds, connection.Timeout));
    }

    [Theory]
    [InlineData("Host=one;Username=coalition_app", 20)]
    [InlineData("Host=one;Username=coalition_app;Maximum Pool Size=7", 7)]
    public void OneHost_HasABoundedPool(string given, int most)
    {
        var connection = PostgresConnection.Of(given);
        Assert.Equal(("one", most), (connection.Host, connection.MaxPoolSize));
        Assert.False(connection.ShouldSerialize("Timeout"));
    }
}
