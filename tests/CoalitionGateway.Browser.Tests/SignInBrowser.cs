using System.Text.RegularExpressions;
using System.Net;
using System.Net.Sockets;

using CoalitionGateway.V1;
using Deque.AxeCore.Commons;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Microsoft.Playwright;

namespace CoalitionGateway.Browser.Tests;

/// <summary>A coalition whose authority is at localhost, because passkeys refuse IP addresses, and a Chromium to visit it with.</summary>
public sealed class SignInBrowser : IAsyncLifetime
{
    // In milliseconds. Long, because a busy machine is slow.
    private const int _patience = 60_000;

    // What a visitor chose: see PageWords.
    private const string _languageCookie = "coalition-language";

    private static readonly string _axe = new BundledAxeScriptProvider().GetScript();
    private static readonly string[] _paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private WebApplication? _app;

    /// <summary>All languages of the pages. English is the last, so that a journey goes on in it.</summary>
    public static string[] Languages { get; } = ["lv", "nb", "pl", "sv", "en"];

    public ShiftedClock Clock { get; } = new();

    public TestCoalition Coalition { get; }

    public SignInBrowser()
        : this(null)
    {
    }

    /// <param name="configure">Changes the gateway's options.</param>
    internal SignInBrowser(Action<GatewayOptions>? configure) => Coalition = new TestCoalition
    {
        Configure = options =>
        {
            options.HttpUrl = FreeLocalhost();
            configure?.Invoke(options);
        },
        Extend = builder => builder.Services.AddSingleton<TimeProvider>(Clock),
    };

    /// <summary>Where the app waits for its code. Browsers refuse the port of the other tests.</summary>
    public string Redirect => $"{_app!.Urls.First()}/callback";

    public string Url => Coalition.Gateway.Options.HttpUrl;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(_paths.Any(File.Exists), "There is no Chromium.");
        await Coalition.InitializeAsync();
        var app = WebApplication.CreateSlimBuilder();
        app.WebHost.UseUrls("http://127.0.0.1:0");
        app.Logging.ClearProviders();
        _app = app.Build();
        _app.MapGet("/callback", () => "back in the app");
        await _app.StartAsync();
        Assertions.SetDefaultExpectTimeout(_patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = _paths.First(File.Exists), Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (Coalition.Gateway is not null)
        {
            await Coalition.DisposeAsync();
        }
    }

    /// <summary>Lets time pass. The brand's client would not know that its token has expired.</summary>
    public void Pass(TimeSpan time)
    {
        Clock.Ahead += time;
        _brand = Coalition.Gateway.As(Coalition.Alpha.ClientId, Coalition.Alpha.Secret);
    }

    private CoalitionClient? _brand;

    private CoalitionClient Brand => _brand ?? Coalition.Alpha.Client;

    /// <summary>A browser of its own, with its own cookies.</summary>
    public async Task<IPage> Visitor(int width = 360, string language = "en", bool hasScript = true)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 740 }, Locale = language, ReducedMotion = ReducedMotion.Reduce, JavaScriptEnabled = hasScript,
        });
        context.SetDefaultTimeout(_patience);
        return await context.NewPageAsync();
    }

    /// <summary>Shows the page anew in each language, and looks at it. The browser repeats the request that led to the page, even a form.</summary>
    public async Task InLanguages(IPage page, string[] languages, Func<string, Task> look)
    {
        foreach (var language in languages)
        {
            await page.Context.AddCookiesAsync([new Microsoft.Playwright.Cookie { Name = _languageCookie, Value = language, Url = Url }]);
            await page.ReloadAsync();
            await page.Locator("h1").WaitForAsync();
            Assert.Equal(language, await page.Locator("html").GetAttributeAsync("lang"));
            await look(language);
        }
    }

    /// <summary>
    /// Checks the page with axe. What axe leaves to a person's judgement counts as a fault too. RunAxe of the package takes twice as long:
    /// it ends in a second, empty page, for pages with frames.
    /// </summary>
    public static async Task CheckAccessibility(IPage page, string name)
    {
        await page.EvaluateAsync(_axe);
        var faults = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const { violations, incomplete } = await axe.run();
              return [...violations, ...incomplete].flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`));
            }
            """);
        Assert.True(faults.Length == 0, $"{name}: {string.Join("; ", faults)}");
    }

    /// <summary>
    /// Waits until the browser is back in the app, and gives what the authority answered. It looks at the address alone: the page's own
    /// events can pass before anybody waits for them.
    /// </summary>
    public async Task<Dictionary<string, StringValues>> Answer(IPage page)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($"^{Regex.Escape(Redirect)}\\?", RegexOptions.None, TimeSpan.FromSeconds(1)));
        return QueryHelpers.ParseQuery(new Uri(page.Url).Query);
    }

    /// <summary>The membership number of a new member who has never signed in.</summary>
    public async Task<string> Member()
    {
        var number = $"b-{Guid.NewGuid():N}"[..16];
        await Brand.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = number });
        return number;
    }

    /// <summary>A brand's code for its member.</summary>
    public async Task<CreateSignInCodeResponse> Code(string number) =>
        await Brand.SignIns.CreateSignInCodeAsync(new CreateSignInCodeRequest { RequestId = RequestIds.New(), MembershipNumber = number });

    /// <summary>The address with which an app begins a sign-in.</summary>
    public string AuthorizeUrl(string scope = "balances.read", string more = "", string app = TestGateway.App) => QueryHelpers.AddQueryString($"{Url}/oauth/authorize", new Dictionary<string, string?>
    {
        ["response_type"] = "code", ["client_id"] = app, ["redirect_uri"] = Redirect, ["state"] = "s-1", ["scope"] = scope,
        ["code_challenge"] = OAuthForms.Challenge(OAuthForms.Verifier), ["code_challenge_method"] = "S256",
    }) + more;

    /// <summary>The tokens for a code.</summary>
    internal Task<OAuthAnswer> Redeem(string code, string app = TestGateway.App) => Coalition.Gateway.Post("/oauth/token", [
        ("grant_type", "authorization_code"), ("code", code), ("code_verifier", OAuthForms.Verifier), ("redirect_uri", Redirect), ("client_id", app),
    ]);

    internal static string FreeLocalhost()
    {
        using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
        listener.Start();
        return $"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}

/// <summary>An authenticator of a test: a platform authenticator with user verification, in the browser's memory.</summary>
internal sealed class VirtualAuthenticator(ICDPSession session, string id)
{
    public static async Task<VirtualAuthenticator> Attach(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var made = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        return new VirtualAuthenticator(session, made!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>The device is lost, with all its passkeys.</summary>
    public Task Lose() => session.SendAsync("WebAuthn.removeVirtualAuthenticator", new Dictionary<string, object> { ["authenticatorId"] = id });

}
