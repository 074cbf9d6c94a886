using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CoalitionGateway.Portal.SignIn;

/// <summary>Renews the access tokens of sessions before they end, and ends sessions whose refresh token no longer works.</summary>
internal sealed class MemberTokens(Sessions sessions, IOptionsMonitor<OpenIdConnectOptions> oidc, TimeProvider clock)
{
    private const string _access = "access_token";
    private const string _refresh = "refresh_token";
    private const string _end = "expires_at";
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(30);

    // Shorter than the turn for a session lasts.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <summary>The access token of the signed-in member.</summary>
    public static async ValueTask<string> Of(HttpContext http) =>
        await http.GetTokenAsync(_access) ?? throw new InvalidOperationException("The page is for members who are signed in, and nobody is.");

    /// <summary>Called with each request of a session.</summary>
    /// <exception cref="HttpRequestException">The authority cannot be reached.</exception>
    public async Task Validate(CookieValidatePrincipalContext context)
    {
        if (Lasts(context.Properties))
        {
            return;
        }

        if (!context.Properties.Items.TryGetValue(Sessions.Name, out var known) || known is not { } name)
        {
            context.RejectPrincipal();
            return;
        }

        // A browser that leaves must not end the renewal: the refresh token would be used up, and the new one lost.
        using var patience = new CancellationTokenSource(_patience);
        await using var turn = await sessions.Turn(name, patience.Token);

        // Another request of the session may have renewed them meanwhile, or ended the session.
        var stored = (await sessions.RetrieveAsync(name))?.Properties;
        var tokens = stored is null ? null : Lasts(stored) ? [.. stored.GetTokens()] : await Renewed(stored, patience.Token);
        if (tokens is null)
        {
            await sessions.RemoveAsync(name);
            context.RejectPrincipal();
            return;
        }

        context.Properties.StoreTokens(tokens);
        await sessions.RenewAsync(name, new AuthenticationTicket(context.Principal!, context.Properties, context.Scheme.Name));
    }

    /// <summary>Revokes the refresh token of a session, and with it what was issued for it (RFC 7009). The session ends whether or not the authority answers.</summary>
    public async Task Revoke(AuthenticationProperties properties, CancellationToken cancellation)
    {
        if (properties.GetTokenValue(_refresh) is not { } token || !(await Configuration(cancellation)).AdditionalData.TryGetValue("revocation_endpoint", out var found) || found is not string endpoint)
        {
            return;
        }

        try
        {
            using var answer = await Send(endpoint, [new("token", token), new("token_type_hint", _refresh)], cancellation);
        }
        catch (HttpRequestException)
        {
            // The tokens end by themselves.
        }
    }

    private bool Lasts(AuthenticationProperties properties) =>
        DateTimeOffset.TryParse(properties.GetTokenValue(_end), CultureInfo.InvariantCulture, out var end) && end - clock.GetUtcNow() > _margin;

    /// <summary>The session's tokens after a refresh (RFC 6749, section 6); null if the authority refuses it.</summary>
    private async Task<AuthenticationToken[]?> Renewed(AuthenticationProperties properties, CancellationToken cancellation)
    {
        if (properties.GetTokenValue(_refresh) is not { } refresh)
        {
            return null;
        }

        using var answer = await Send((await Configuration(cancellation)).TokenEndpoint, [new("grant_type", _refresh), new(_refresh, refresh)], cancellation);
        if (answer.StatusCode == HttpStatusCode.BadRequest)
        {
            // invalid_grant: used, revoked or too old. Whatever else fails may pass.
            return null;
        }

        answer.EnsureSuccessStatusCode();
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellation));
        string? Text(string field) => body.RootElement.TryGetProperty(field, out var value) ? value.GetString() : null;
        var seconds = body.RootElement.GetProperty("expires_in").GetInt32();
        return
        [
            .. properties.GetTokens().Where(token => token.Name is not (_access or _refresh or _end)),
            new AuthenticationToken { Name = _access, Value = Text(_access)! },
            new AuthenticationToken { Name = _refresh, Value = Text(_refresh) ?? refresh },
            new AuthenticationToken { Name = _end, Value = clock.GetUtcNow().AddSeconds(seconds).ToString("o", CultureInfo.InvariantCulture) },
        ];
    }

    private OpenIdConnectOptions Options => oidc.Get(OpenIdConnectDefaults.AuthenticationScheme);

    private Task<OpenIdConnectConfiguration> Configuration(CancellationToken cancellation) => Options.ConfigurationManager!.GetConfigurationAsync(cancellation);

    private async Task<HttpResponseMessage> Send(string endpoint, KeyValuePair<string, string>[] fields, CancellationToken cancellation)
    {
        var own = new List<KeyValuePair<string, string>> { new("client_id", Options.ClientId!) };
        if (Options.ClientSecret is { } secret)
        {
            own.Add(new("client_secret", secret));
        }

        using var form = new FormUrlEncodedContent(fields.Concat(own));
        return await Options.Backchannel.PostAsync(endpoint, form, cancellation);
    }
}
