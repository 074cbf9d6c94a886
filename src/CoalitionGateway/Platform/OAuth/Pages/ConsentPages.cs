using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>What a member is asked: whether an app may have these scopes.</summary>
internal sealed record AskedConsent(string SessionId, string ClientId, IReadOnlyList<string> Scopes);

/// <summary>Asks a member whether an app may have access. The page is the answer to the authorization request itself.</summary>
internal sealed class ConsentPages(SignInSessions sessions, AppAccesses apps, GatewayOptions options, IDataProtectionProvider protection)
{
    /// <summary>The parameter with which an authorization request says that the member did not allow it.</summary>
    public const string Denied = "consent_denied";

    /// <summary>Where the answer goes.</summary>
    public const string Path = "sign-in/consent";

    // What was asked comes back with the answer. Protected, it cannot be changed on the way, or used in another session.
    private readonly IDataProtector _asked = protection.CreateProtector("consent");

    public Task Show(HttpContext http, SignInSession session, Client client, IReadOnlyList<string> scopes, Uri redirect)
    {
        var ticket = Convert.ToBase64String(_asked.Protect(JsonSerializer.SerializeToUtf8Bytes(new AskedConsent(session.Id, client.Id, scopes))));
        return Page.Of<ConsentPage>(
            http, new { Words = PageWords.Of(http), Place = PagePlace.ForRequest(options, Path, http.Request), App = client.DisplayName, Scopes = scopes, Ticket = ticket },
            redirect.GetLeftPart(UriPartial.Authority)).ExecuteAsync(http);
    }

    public async Task<IResult> Decide(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var place = PagePlace.Of(options, Path, form["return"]);
        if (await sessions.Of(http) is not { } session || Read(form["ticket"].ToString()) is not { } asked || asked.SessionId != session.Id || place.Return.Length == 0)
        {
            return Results.Redirect(place.Base + "sign-in" + place.Query);
        }

        if (form["answer"] != "yes")
        {
            return Results.Redirect($"{place.Base}{place.Return}&{Denied}=1");
        }

        await apps.Allow(session.MemberId, asked.ClientId, asked.Scopes);
        return Results.Redirect(place.Base + place.Return);
    }

    private AskedConsent? Read(string ticket)
    {
        try
        {
            return JsonSerializer.Deserialize<AskedConsent>(Encoding.UTF8.GetString(_asked.Unprotect(Convert.FromBase64String(ticket))));
        }
        catch (Exception changed) when (changed is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
