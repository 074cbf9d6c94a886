using CoalitionGateway.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>What another authority revokes ends at the gateway, where the gateway may ask (RFC 7662).</summary>
public sealed class IntrospectionTests : IAsyncLifetime
{
    private const string _unavailable = "AUTHORITY_UNAVAILABLE";
    private readonly ShiftedClock _clock = new();
    private readonly string _secret = Path.GetTempFileName();
    private readonly string _url = TestGateway.FreeUrl();
    private TestAuthority _authority = null!;
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_secret, "s3cret\n");
        _authority = new TestAuthority(_url) { Secret = "s3cret" };
        await _authority.Start();
        _gateway = await Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _authority.DisposeAsync();
        File.Delete(_secret);
    }

    [Fact]
    public async Task Token_IsAskedAboutOnce_AndAgainAfterAWhile()
    {
        var token = Token();
        Assert.Null(await Problem(token));
        Assert.Null(await Problem(token));
        Assert.Equal(1, _authority.Questions);
        _clock.Ahead += TimeSpan.FromSeconds(11);
        Assert.Null(await Problem(token));
        Assert.Equal(2, _authority.Questions);
    }

    [Fact]
    public async Task Token_RevokedAtTheAuthority_EndsHere()
    {
        var (token, other) = (Token(), Token());
        Assert.Null(await Problem(token));
        _authority.Revoked.Add(token);
        _authority.Revoked.Add(other);
        Assert.Equal("revoked", await Problem(other));
        Assert.Null(await Problem(token));
        _clock.Ahead += TimeSpan.FromSeconds(11);
        Assert.Equal("revoked", await Problem(token));

        // It stays ended, whatever the authority says now.
        _authority.Revoked.Clear();
        _clock.Ahead += TimeSpan.FromSeconds(11);
        Assert.Equal("revoked", await Problem(token));
    }

    [Fact]
    public async Task Authority_WithoutAnAnswer_LetsKnownTokensGoOn_AndNoNewOnes()
    {
        var token = Token();
        Assert.Null(await Problem(token));
        _authority.Answers = false;
        _clock.Ahead += TimeSpan.FromSeconds(11);
        Assert.Null(await Problem(token));
        Assert.Equal(_unavailable, await Problem(Token()));

        _authority.Answers = true;
        _authority.Revoked.Add(token);
        _clock.Ahead += TimeSpan.FromSeconds(2);
        Assert.Equal("revoked", await Problem(token));
    }

    [Fact]
    public async Task Authority_ThatRefusesTheGateway_IsNoAnswer()
    {
        await File.WriteAllTextAsync(_secret, "wrong");
        await using var gateway = await Start();
        Assert.Equal(_unavailable, await Problem(Token(), gateway));
    }

    [Fact]
    public async Task Gateway_ThatNamesNoClient_DoesNotAsk()
    {
        await using var gateway = await TestGateway.Start(configure: options => options.Authority = _url);
        var token = Token();
        _authority.Revoked.Add(token);
        Assert.Null(await Problem(token, gateway));
        Assert.Equal(0, _authority.Questions);
    }

    private Task<TestGateway> Start() => TestGateway.Start(
        configure: options => (options.Authority, options.IntrospectionClientId, options.IntrospectionSecretFile) = (_url, "gateway", _secret),
        extend: builder => builder.Services.AddSingleton<TimeProvider>(_clock));

    private string Token() => _authority.Token(SecurityAlgorithms.EcdsaSha256, "at+jwt");

    private async Task<string?> Problem(string token, TestGateway? gateway = null)
    {
        var (failed, _) = await RawCalls.Call((gateway ?? _gateway).Channel, "ProgrammeService/ListProgrammes", [], token);
        return failed is null ? null : GatewayRefusal.From(failed) is { } refusal ? refusal.Metadata.GetValueOrDefault("problem") ?? refusal.ReasonText : failed.Status.ToString();
    }
}
