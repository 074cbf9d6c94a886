using CoalitionGateway.Ledger;

namespace CoalitionGateway.Tests;

/// <summary>Settings that a gateway does not start with.</summary>
[Trait("Store", "any")]
public sealed class GatewayOptionsTests
{
    [Fact]
    public void Defaults_AreAccepted() => new GatewayOptions().Check();

    [Fact]
    public void Check_SeveralFaults_NamesEachOfThem()
    {
        var options = new GatewayOptions
        {
            GrpcUrl = "5100",
            PublicGrpcUrl = "gateway.example",
            PeerAddress = "0.0.0.0:5102",
            PostgresStandbys = "Host=standby",
            Redis = "redis:port",
            StoredPerDay = -1,
            FreshSignInAbovePoints = -1,
            MaxAdjustmentPoints = -1,
            MaxCampaignPoints = -1,
            JournalMaxBatch = 0,
            LogName = "a log",
            RedisPasswordFile = "/nowhere/password",
            IntrospectionClientId = "gateway",
            IntrospectionSeconds = 0,
            Privacy = { ConsentMonths = -1, ExportsAtOnce = 0 },
            Clients = { new ConfiguredClient { ClientId = "back office", Kind = CallerKind.Operator, SecretSha256 = "12", RedirectPaths = { "callback" } } },
        };
        var refused = Assert.Throws<InvalidOperationException>(options.Check).Message;
        Assert.All(
            [
                "Gateway:GrpcUrl", "Gateway:PublicGrpcUrl", "Gateway:PeerAddress", "Gateway:PostgresStandbys", "Gateway:Redis is", "Gateway:StoredPerDay", "Gateway:FreshSignInAbovePoints", "Gateway:MaxAdjustmentPoints", "Gateway:MaxCampaignPoints", "Gateway:JournalMaxBatch",
                "Gateway:LogName", "Gateway:RedisPasswordFile", "Gateway:IntrospectionClientId", "Gateway:IntrospectionSeconds", "ConsentMonths", "ExportsAtOnce", "a ClientId", "RedirectPaths", "SecretSha256",
            ],
            name => Assert.Contains(name, refused, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(CallerKind.Gateway)]
    [InlineData(CallerKind.Partner)]
    [InlineData((CallerKind)99)]
    public void Client_OfAKindThatIsNotConfigured_IsRefused(CallerKind kind)
    {
        var options = new GatewayOptions { Clients = { new ConfiguredClient { ClientId = "client", Kind = kind, SecretSha256 = new string('0', 64) } } };
        Assert.Contains("client", Assert.Throws<InvalidOperationException>(options.Check).Message, StringComparison.Ordinal);
    }
}
