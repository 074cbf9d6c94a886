using System.Globalization;
using CoalitionGateway.Platform.Access;

namespace CoalitionGateway.Platform.OAuth.Pages;

public sealed partial record PageWords
{
    private const string _parameter = "ui_locales";
    private const string _cookie = "coalition-language";

    /// <summary>All languages, in the order of their codes.</summary>
    public static IReadOnlyList<PageWords> All { get; } = [En(), Lv(), Nb(), Pl(), Sv()];

    /// <summary>
    /// The words for a request: in the language that it names (ui_locales, OpenID Connect Core, section 3.1.2.1), that was chosen
    /// before, or that the browser prefers.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="pushed">The languages that a pushed authorization request names (RFC 9126): they are not in the address.</param>
    public static PageWords Of(HttpContext http, string? pushed = null)
    {
        if (Find((http.Request.Query[_parameter] is [.., { } last] ? last : pushed ?? "").Split(' ')) is { } named)
        {
            http.Response.Cookies.Append(_cookie, named.Code, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, IsEssential = true, MaxAge = TimeSpan.FromDays(365) });
            return named;
        }

        return Find([http.Request.Cookies[_cookie] ?? ""])
            ?? Find(http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.ToString()))
            ?? All[0];
    }

    /// <summary>Puts a value into a text.</summary>
    public static string Put(string text, string value) => text.Replace("{0}", value, StringComparison.Ordinal);

    /// <summary>A time as every language here writes it: ISO 8601, to the minute, in UTC.</summary>
    public static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>What an app with these scopes may do, each thing once.</summary>
    public IEnumerable<string> MayDo(IEnumerable<string> scopes) => scopes.Select(ForScope).OfType<string>().Distinct();

    /// <summary>What an app of officers or operators with these scopes may do for a person, each thing once.</summary>
    public IEnumerable<string> MayDoForPerson(IEnumerable<string> scopes) => scopes.Select(scope => scope switch
    {
        "openid" => null,
        "offline_access" => MayStay,
        RoleScopes.Decide => MayDecide,
        _ => scope.EndsWith(".read", StringComparison.Ordinal) ? MayRead : MayAct,
    }).OfType<string>().Distinct();

    /// <summary>What a scope allows; null if it allows nothing that a member would ask about.</summary>
    public string? ForScope(string scope) => scope switch
    {
        "balances.read" or "transfers.read" or "pools.read" or "spending.read" => MaySee,
        "transfers.write" => MayMove,
        "pools.write" => MayPool,
        "spending.write" => MaySpend,
        "consents.read" => MaySeeSharing,
        "consents.write" => MayShare,
        "members.write" => MayChoose,
        "members.link" => MayLink,
        "members.read" or "personal_data.read" => MaySeeData,
        "personal_data.write" => MayChangeData,
        "log.read" => MaySeeLog,
        "sign_in.read" => MaySeeSignIn,
        "sign_in.write" => MayChangeSignIn,
        "offline_access" => MayStay,
        _ => null,
    };

    private static PageWords? Find(IEnumerable<string> wanted) => wanted
        .Select(text => text.Split('-', '_')[0].ToLowerInvariant() switch { "no" or "nn" => "nb", var code => code })
        .Select(code => All.FirstOrDefault(words => words.Code == code)).FirstOrDefault(found => found is not null);
}
