using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>A member or a person who is signed in at the authority with one browser.</summary>
public sealed class SignInSession
{
    /// <summary>The SHA-256 of what the browser's cookie holds, so that somebody who reads the table cannot take the session over.</summary>
    public required string Id { get; init; }

    /// <summary>The account's id.</summary>
    public required string Subject { get; init; }

    /// <summary>How they signed in (RFC 8176): "pop" with a passkey, "otp" with a recovery code.</summary>
    public required string Method { get; init; }

    /// <summary>The browser and its system, such as "Firefox, Android", as far as it tells them. They recognise the device.</summary>
    public required string Agent { get; init; }

    public required DateTime CreateTime { get; init; }

    public required DateTime EndTime { get; init; }

    public AccountId AccountId => new(Subject);
}

/// <summary>A session with its account.</summary>
internal sealed record SignedIn(SignInSession Session, Account Account);

/// <summary>
/// The sessions at the authority. They are rows, so that a member or person sees and ends their own, and every gateway knows
/// them. A session ends twelve hours after its sign-in.
/// </summary>
internal sealed class SignInSessions(AuthorityContext rows, LedgerStore store, GlobalPrivacyControl signals, GatewayOptions options, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>The methods of <see cref="SignInSession.Method"/>.</summary>
    public const string ByPasskey = "pop";
    public const string ByRecoveryCode = "otp";

    // In the order in which they are looked for: a browser also names those that it is like.
    private static readonly (string Sign, string Name)[] _browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Sign, string Name)[] _systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    // The prefix makes browsers refuse the cookie from other hosts and over http. Browsers accept it on https only.
    private string Cookie => IsSecure ? "__Host-coalition-session" : "coalition-session";

    private bool IsSecure => options.Issuer.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a sign-in is recent enough to change how the account signs in: see <see cref="FreshSignIn"/>.</summary>
    public bool IsFresh(SignInSession session) => Now - session.CreateTime <= FreshSignIn.ForMuch;

    /// <summary>The session of a request; null if nobody is signed in, or if the member or person can sign in no more.</summary>
    public async Task<SignInSession?> Of(HttpContext http) => (await Find(http))?.Session;

    /// <summary>The session of a request, with its account; null as in <see cref="Of"/>.</summary>
    public async Task<SignedIn?> Find(HttpContext http)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 and <= 100 } held)
        {
            return null;
        }

        var (id, now) = (IdOf(held), Now);
        return await rows.Set<SignInSession>().AsNoTracking().FirstOrDefaultAsync(session => session.Id == id && session.EndTime > now, http.RequestAborted) is { } session
            && await store.FindAccount(session.AccountId, http.RequestAborted) is { } account && account.Counts(session.CreateTime)
            ? new SignedIn(session, account)
            : null;
    }

    /// <summary>Signs an account in with a new session, whatever session the browser had: nobody can fix it beforehand.</summary>
    public async Task<SignInSession> Begin(HttpContext http, AccountId account, string method)
    {
        await End(http);
        var held = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var session = new SignInSession
        {
            Id = IdOf(held), Subject = account.Value, Method = method, Agent = AgentOf(http.Request.Headers.UserAgent.ToString()),
            CreateTime = Now, EndTime = Now + Lifetime,
        };
        await signals.Hear(http, account);
        rows.Add(session);
        await rows.SaveChangesAsync(CancellationToken.None);
        http.Response.Cookies.Append(Cookie, held, new CookieOptions { HttpOnly = true, Secure = IsSecure, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true });
        return session;
    }

    /// <summary>Ends the browser's session.</summary>
    public async Task End(HttpContext http)
    {
        if (await Of(http) is { } session)
        {
            await rows.Set<SignInSession>().Where(found => found.Id == session.Id).ExecuteDeleteAsync(CancellationToken.None);
        }

        http.Response.Cookies.Delete(Cookie, new CookieOptions { HttpOnly = true, Secure = IsSecure, SameSite = SameSiteMode.Lax, Path = "/" });
    }

    /// <summary>The sessions of an account, the newest first.</summary>
    public async Task<IReadOnlyList<SignInSession>> All(AccountId account, CancellationToken cancellation)
    {
        var (subject, now) = (account.Value, Now);
        return await rows.Set<SignInSession>().AsNoTracking().Where(session => session.Subject == subject && session.EndTime > now)
            .OrderByDescending(session => session.CreateTime).ToListAsync(cancellation);
    }

    /// <summary>Ends one session of an account, or all but one.</summary>
    public async Task End(AccountId account, string? id, string? butNot = null)
    {
        var subject = account.Value;
        await rows.Set<SignInSession>().Where(session => session.Subject == subject && (id == null || session.Id == id) && (butNot == null || session.Id != butNot))
            .ExecuteDeleteAsync(CancellationToken.None);
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private static string AgentOf(string header)
    {
        string? Named((string Sign, string Name)[] known) => known.FirstOrDefault(found => header.Contains(found.Sign, StringComparison.Ordinal)).Name;
        return string.Join(", ", new[] { Named(_browsers), Named(_systems) }.OfType<string>()) is { Length: > 0 } agent ? agent : "?";
    }

    private static string IdOf(string held) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(held)));
}
