using CoalitionGateway.Ledger;
using CoalitionGateway.Portal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace CoalitionGateway.Browser.Tests.Portal;

/// <summary>A coalition with its members' portal, and a Chromium to visit it with.</summary>
public sealed class PortalBrowser : IAsyncLifetime
{
    private PortalOptions? _options;
    private WebApplication? _portal;

    public PortalBrowser() => Browser = new SignInBrowser(options =>
    {
        var client = new ConfiguredClient { ClientId = "portal", Kind = CallerKind.Member, DisplayName = "Portal" };
        foreach (var address in Others.Prepend(Url).SelectMany(url => MembersPortal.RedirectPaths.Select(path => url + path)))
        {
            client.RedirectUris.Add(address);
        }

        options.Clients.Add(client);
    });

    public string Url { get; } = SignInBrowser.FreeLocalhost();

    /// <summary>Addresses of further portals.</summary>
    public IReadOnlyList<string> Others { get; } = [SignInBrowser.FreeLocalhost(), SignInBrowser.FreeLocalhost()];

    public SignInBrowser Browser { get; }

    public TestCoalition Coalition => Browser.Coalition;

    public async ValueTask InitializeAsync()
    {
        await Browser.InitializeAsync();
        _portal = Build(Url, "");
        await _portal.StartAsync();
    }

    /// <summary>A further portal for the same coalition.</summary>
    /// <param name="redis">Where portals share sessions and keys; empty: this one keeps its own.</param>
    internal WebApplication Build(string url, string redis) => MembersPortal.Build(
        [],
        options =>
        {
            _options ??= options;
            (options.Url, options.Authority, options.GatewayUrl, options.ClientId, options.Contact) = (url, Browser.Url, Coalition.Gateway.Options.GrpcUrl, "portal", "privacy@example.com");
            options.Redis = redis;
            foreach (var member in _options.SandboxMembers.ToArray())
            {
                if (!options.SandboxMembers.Contains(member))
                {
                    options.SandboxMembers.Add(member);
                }
            }
        },
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(Browser.Clock);
            builder.Logging.ClearProviders();
            builder.Logging.AddProvider(Logs);
        });

    internal LogLines Logs { get; } = new();

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
        {
            await _portal.DisposeAsync();
        }

        await Browser.DisposeAsync();
    }

    /// <summary>The addresses that take a form.</summary>
    public IEnumerable<string> Forms => _portal!.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true).Select(endpoint => endpoint.RoutePattern.RawText!);

    /// <summary>A browser in which a member is signed in, by the sandbox's hint.</summary>
    public async Task<IPage> SignIn(TestMember member, int width = 360, string language = "en", bool hasScript = true)
    {
        var page = await Browser.Visitor(width, language, hasScript);
        await page.GotoAsync(SignInUrl(member));
        await page.Locator("nav.pages").WaitForAsync();
        return page;
    }

    /// <summary>Where a member signs in by a click, as in a sandbox.</summary>
    public string SignInUrl(TestMember member)
    {
        var number = member.Numbers.First().Value;
        lock (_options!)
        {
            if (_options.SandboxMembers.All(one => one.MembershipNumber != number))
            {
                _options.SandboxMembers.Add(new SandboxVisitor(number, number));
            }
        }

        return $"{Url}/sign-in?as={number}";
    }

    /// <summary>A brand whose token is of now: time may have passed.</summary>
    private TestPartner Fresh(TestPartner brand) => brand with { Client = Coalition.Gateway.As(brand.ClientId, brand.Secret) };

    /// <summary>A member of alpha's and beta's programmes with points in alpha's.</summary>
    public async Task<TestMember> Rich(long points = 5000)
    {
        var (alpha, beta) = (Fresh(Coalition.Alpha), Fresh(Coalition.Beta));
        var member = await Coalition.Member(alpha, beta);
        await TestCoalition.Buy(alpha, member, points);
        return member;
    }
}
