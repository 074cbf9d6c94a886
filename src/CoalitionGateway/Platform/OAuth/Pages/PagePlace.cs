using Microsoft.AspNetCore.WebUtilities;

namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>Where a page is, and where its visitor goes afterwards.</summary>
/// <param name="Base">The issuer's address, with a slash at its end.</param>
/// <param name="Path">The page's own path below it.</param>
/// <param name="Return">The path to return to, checked: an authorization request; empty: the account.</param>
public sealed record PagePlace(string Base, string Path, string Return)
{
    private const string _authorize = "oauth/authorize?";

    /// <summary>The query with which the next page knows where to return to.</summary>
    public string Query => Return.Length == 0 ? "" : $"?return={Uri.EscapeDataString(Return)}";

    /// <summary>Where the visitor goes once signed in.</summary>
    public string Next => Return.Length == 0 ? "account" : Return;

    /// <summary>The page's address, in the first of the languages that an authorization request names.</summary>
    /// <param name="locales">Tags separated by blanks, or null.</param>
    public string Address(string? locales) => QueryHelpers.AddQueryString(Base + Path + Query, locales is null ? [] : new Dictionary<string, string?> { ["ui_locales"] = locales });

    /// <summary>The same page in a language. A page that answers an authorization request is reached by that request.</summary>
    public string In(string language) => Path == ConsentPages.Path
        ? With("ui_locales", language)
        : $"{Path}?ui_locales={language}{(Return.Length == 0 ? "" : $"&return={Uri.EscapeDataString(Return)}")}";

    /// <summary>The request to return to, with a parameter set. A parameter that comes twice would be refused.</summary>
    public string With(string name, string value)
    {
        var query = QueryHelpers.ParseQuery(Return[_authorize.Length..]);
        query[name] = value;
        return QueryHelpers.AddQueryString(_authorize[..^1], query);
    }

    /// <summary>
    /// The place of a request. A return is taken only if it is an authorization request at this authority: any other would make
    /// the page an open redirector (RFC 9700, section 4.11).
    /// </summary>
    public static PagePlace Of(GatewayOptions options, string path, string? asked) =>
        new(options.Issuer + "/", path, asked?.StartsWith(_authorize, StringComparison.Ordinal) == true && !asked.Any(letter => letter is < '!' or > '~') ? asked : "");

    /// <summary>The place to which an authorization request comes back.</summary>
    public static PagePlace ForRequest(GatewayOptions options, string path, HttpRequest request) => Of(options, path, $"oauth/authorize{request.QueryString}");
}
