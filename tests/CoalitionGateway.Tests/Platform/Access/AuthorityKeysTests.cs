using CoalitionGateway.Platform.Access;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>How often a failing authority is asked and logged.</summary>
public sealed class AuthorityKeysTests : IDisposable
{
    private const string _address = "https://authority.example/.well-known/openid-configuration";

    private readonly TestClock _clock = new();
    private readonly Documents _documents = new();
    private readonly LogLines _log = new();
    private readonly ILoggerFactory _logging;
    private readonly AuthorityKeys _keys;

    public AuthorityKeysTests()
    {
        _logging = LoggerFactory.Create(builder => builder.AddProvider(_log));
        _keys = new AuthorityKeys(new GatewayOptions { Authority = "https://authority.example" }, _documents, _clock, _logging.CreateLogger<AuthorityKeys>());
    }

    [Fact]
    public async Task FailingAuthority_IsAskedOnceASecondAndLoggedOnceAMinute()
    {
        for (var i = 0; i < 600; i++)
        {
            Assert.False(await CanTell());
            _clock.Advance(TimeSpan.FromSeconds(0.2));
        }

        Assert.Equal((120, 2), (_documents.Asked, _log.All.Count));
    }

    [Fact]
    public async Task Authority_AnswersAgain_IsReachable()
    {
        Assert.False(await CanTell());
        _documents.Keys = """{"keys":[{"kty":"EC","crv":"P-256","kid":"1","use":"sig","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}""";
        _clock.Advance(AuthorityKeys.Pause);
        Assert.True(await CanTell());
        Assert.Single((await _keys.GetConfigurationAsync(CancellationToken.None)).SigningKeys);
    }

    [Fact]
    public async Task Authority_WithoutAKey_CountsAsUnreachable()
    {
        _documents.Keys = """{"keys":[]}""";
        Assert.False(await CanTell());
    }

    public void Dispose()
    {
        _logging.Dispose();
        _log.Dispose();
    }

    private Task<bool> CanTell() => _keys.CanTell("1", CancellationToken.None);

    private sealed class Documents : IDocumentRetriever
    {
        public int Asked { get; private set; }

        public string? Keys { get; set; }

        public Task<string> GetDocumentAsync(string address, CancellationToken cancel)
        {
            Asked++;
            return Keys is null
                ? throw new IOException("Nobody listens.")
                : Task.FromResult(address == _address ? """{"issuer":"https://authority.example","jwks_uri":"https://authority.example/keys"}""" : Keys);
        }
    }
}
