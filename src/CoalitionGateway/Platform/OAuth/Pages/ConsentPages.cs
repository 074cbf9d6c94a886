using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>What a member is asked: whether an app may have these scopes.</summary>
/// <param name="GivenTime">When the member allowed it, in Unix seconds; 0 before that.</param>
internal sealed record AskedConsent(string SessionId, string ClientId, IReadOnlyList<string> Scopes, long GivenTime = 0);

/// <summary>Asks a member whether an app may have access. The page is the answer to the authorization request itself.</summary>
internal sealed class ConsentPages(SignInSessions sessions, AppAccesses apps, GatewayOptions options, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>The parameter with which an authorization request says that the member did not allow it.</summary>
    public const string Denied = "consent_denied";

    /// <summary>The parameter with which an authorization request brings the member's answer along.</summary>
    public const string Given = "consent_given";

    // For the redirect from the page to the request.
    private const int _givenSeconds = 60;

    /// <summary>Where the answer goes.</summary>
    public const string Path = "sign-in/consent";

    // What was asked comes back with the answer. Protected, it cannot be changed on the way, or used in another session.
    private readonly IDataProtector _asked = protection.CreateProtector("consent");

    public Task Show(HttpContext http, SignInSession session, Client client, IReadOnlyList<string> scopes, Uri redirect, string? locales)
    {
        var ticket = Write(new AskedConsent(session.Id, client.Id, scopes));
        return Page.Of<ConsentPage>(
            http, new { Words = PageWords.Of(http, locales), Place = PagePlace.ForRequest(options, Path, http.Request), App = client.DisplayName, Scopes = scopes, Ticket = ticket, IsPerson = client.Kind != Ledger.CallerKind.Member },
            SourceOf(redirect)).ExecuteAsync(http);
    }

    /// <summary>Whether the member allowed just this on the page a moment ago. It was asked in a session that was fresh enough.</summary>
    public bool IsGiven(HttpContext http, SignInSession session, Client client, IReadOnlyList<string> scopes) =>
        http.Request.Query[Given] is [{ } ticket] && Read(ticket) is { } given && given.SessionId == session.Id && given.ClientId == client.Id
        && clock.GetUtcNow().ToUnixTimeSeconds() - given.GivenTime <= _givenSeconds && scopes.All(given.Scopes.Contains);

    public async Task<IResult> Decide(HttpContext http)
    {
        var form = await PageForm.Read(http);
        var place = PagePlace.Of(options, Path, form["return"]);
        if (await sessions.Of(http) is not { } session || Read(form["ticket"].ToString()) is not { } asked || asked.SessionId != session.Id || place.Return.Length == 0)
        {
            return Results.Redirect(place.Base + "sign-in" + place.Query);
        }

        if (form["answer"] != "yes")
        {
            return Results.Redirect(place.Base + place.With(Denied, "1"));
        }

        await apps.Allow(session.AccountId, asked.ClientId, asked.Scopes);
        return Results.Redirect(place.Base + place.With(Given, Write(asked with { GivenTime = clock.GetUtcNow().ToUnixTimeSeconds() })));
    }

    /// <summary>A redirect as a source of a content security policy. It cannot name an IPv6 address (CSP Level 3, section 2.3.1).</summary>
    private static string SourceOf(Uri redirect) =>
        redirect.HostNameType == UriHostNameType.IPv6 ? $"{redirect.Scheme}:" : redirect.GetLeftPart(UriPartial.Authority);

    private string Write(AskedConsent asked) => Base64Url.EncodeToString(_asked.Protect(JsonSerializer.SerializeToUtf8Bytes(asked)));

    private AskedConsent? Read(string ticket)
    {
        try
        {
            return JsonSerializer.Deserialize<AskedConsent>(Encoding.UTF8.GetString(_asked.Unprotect(Base64Url.DecodeFromChars(ticket))));
        }
        catch (Exception changed) when (changed is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
