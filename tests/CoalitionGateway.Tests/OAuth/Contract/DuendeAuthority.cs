namespace CoalitionGateway.Tests.OAuth.Contract;

#if DUENDE
/// <summary>The host on Duende IdentityServer, over the founded coalition's database and keys.</summary>
public sealed class DuendeAuthority : Authority
{
    private Microsoft.AspNetCore.Builder.WebApplication? _host;

    public override async Task Rotate()
    {
        await AddIssuerKey();
        await StopServer();
        await StartServer();
    }

    protected override async Task StartServer()
    {
        var options = Founder.Options;
        _host = Identity.Identity.Build([
            $"--Gateway:Postgres={options.Postgres}", $"--Gateway:DataDirectory={options.DataDirectory}", $"--Gateway:HttpUrl={Url}", "--Gateway:Sandbox=true",
            $"--Gateway:Clients:0:ClientId={Hosting.TestGateway.App}", "--Gateway:Clients:0:Kind=Member",
        ]);
        await _host.StartAsync();
    }

    protected override async Task StopServer()
    {
        if (_host is { } host)
        {
            await host.StopAsync();
            await host.DisposeAsync();
        }
    }
}

/// <summary>It needs PostgreSQL: COALITION_TEST_POSTGRES.</summary>
public sealed class DuendeContractTests(AuthorityFixture<DuendeAuthority> fixture) : AuthorityContractTests(fixture.Authority), IClassFixture<AuthorityFixture<DuendeAuthority>>;
#else
public sealed class DuendeContractTests
{
    /// <summary>So that nobody takes a green run for more than it shows.</summary>
    [Fact(Skip = "The Duende host was not compiled: build with -p:Duende=true where Duende.IdentityServer can be restored.")]
    public void Host_PassesTheContract()
    {
    }
}
#endif
