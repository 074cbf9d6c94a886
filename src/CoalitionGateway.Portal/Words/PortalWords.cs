using System.Globalization;
using CoalitionGateway.Client;
using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Words;

/// <summary>The portal's words in one language. A language without one of them does not compile. {0} stands for a value.</summary>
public sealed partial record PortalWords(Language Language)
{
    private const string _parameter = "lang";
    private const string _cookie = "coalition-portal-language";

    /// <summary>All languages, in the order of their codes.</summary>
    public static IReadOnlyList<PortalWords> All { get; } = [En(), Lv(), Nb(), Pl(), Sv()];

    /// <summary>The words for a request: in the language that it names, that was chosen before, or that the browser prefers.</summary>
    public static PortalWords Of(HttpContext http) =>
        Find([http.Request.Query[_parameter].ToString(), http.Request.Cookies[_cookie] ?? ""])
            ?? Find(http.Request.GetTypedHeaders().AcceptLanguage.Where(language => language.Quality is not 0).OrderByDescending(language => language.Quality ?? 1).Select(language => language.Value.ToString()))
            ?? All[0];

    /// <summary>Remembers the language that a request names.</summary>
    public static Task Choose(HttpContext http, RequestDelegate next)
    {
        if (Find([http.Request.Query[_parameter].ToString()]) is { } chosen)
        {
            http.Response.Cookies.Append(_cookie, chosen.Language.Code, new CookieOptions
            {
                HttpOnly = true, SameSite = SameSiteMode.Lax, IsEssential = true, MaxAge = TimeSpan.FromDays(365), Secure = http.RequestServices.GetRequiredService<PortalOptions>().IsSecure,
            });
        }

        return next(http);
    }

    /// <summary>Puts values into a text.</summary>
    public static string Put(string text, params string[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    /// <summary>A reward's name in this language, else in another.</summary>
    public string NameOf(IReadOnlyList<RewardText> texts) => BestText(texts)?.Name ?? "";

    /// <summary>The language of a reward's name, where it is another than the page's.</summary>
    public string? LanguageOf(IReadOnlyList<RewardText> texts) => BestText(texts)?.Language is { } language && language != Language.Code ? language : null;

    public string NameOf(Purpose purpose) => Purposes.TryGetValue(purpose, out var words) ? words.Name : purpose.ToString();

    /// <summary>What a brand does for a purpose.</summary>
    public string MeaningOf(Purpose purpose) => Purposes.TryGetValue(purpose, out var words) ? words.Meaning : "";

    public string NameOf(ConsentState state) => ConsentStates.GetValueOrDefault(state, state.ToString());

    public string NameOf(DataCategory category) => Categories.GetValueOrDefault(category, category.ToString());

    public string NameOf(RestrictionGround ground) => Grounds.GetValueOrDefault(ground, ground.ToString());

    /// <summary>A field that a brand can learn, by its path in the contract.</summary>
    public string NameOfField(string path) => path switch
    {
        "profile.display_name" => DisplayName,
        "profile.birth_date" => BirthDate,
        "profile.email" => Email,
        "profile.phone_number" => PhoneNumber,
        "profile.postal_code" => PostalCode,
        "profile.country_code" => CountryCode,
        "programme_ids" => OtherProgrammes,
        _ when path.StartsWith("elsewhere.", StringComparison.Ordinal) => OtherPoints,
        _ => path,
    };

    /// <summary>An entry of the log, by its type in the contract; the type itself where there are no words for it.</summary>
    public string NameOfEvent(string type) => EventNames.GetValueOrDefault(type, type);

    /// <summary>Why a brand got data, or did not.</summary>
    public string BecauseOf(DisclosureBasis basis) => Bases.GetValueOrDefault(basis, basis.ToString());

    /// <summary>What an officer or the member read.</summary>
    public string NameOfRead(DataAccess access) => access.Method switch
    {
        "StreamPersonalData" => ReadCopy,
        "FindMember" => Put(ReadFound, Reasons.GetValueOrDefault(access.Reason, "").ToString()),
        _ => Put(ReadOther, access.Method),
    };

    public string PaymentState(Redemption payment) => payment.State switch
    {
        RedemptionState.Reserved when payment.NeedsApproval => PaymentWaits,
        RedemptionState.Reserved => PaymentReserved,
        RedemptionState.Captured when payment.RefundedPoints > 0 => PaymentRefunded,
        RedemptionState.Captured => PaymentPaid,
        _ => PaymentReleased,
    };

    /// <summary>That the points do not suffice, with the most that would.</summary>
    public string NotEnough(long most) => Put(most > 0 ? NotEnoughPoints : NotEnoughForAny, Language.Number(most));

    /// <summary>A refusal of the gateway in words for a member; null: there are none, and the gateway's own text is shown.</summary>
    public string? Refusal(GatewayRefusal refusal)
    {
        if (!Refusals.TryGetValue(refusal.Reason, out var text))
        {
            return null;
        }

        foreach (var (name, value) in refusal.Metadata)
        {
            text = text.Replace($"{{{name}}}", long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Language.Number(number) : value, StringComparison.Ordinal);
        }

        // A text that needs a value that this refusal does not have would show a hole.
        return text.Contains('{', StringComparison.Ordinal) ? null : text;
    }

    private static PortalWords? Find(IEnumerable<string> tags) => tags
        .Select(tag => tag.Split('-')[0].ToLowerInvariant() switch { "no" or "nn" => "nb", var primary => primary })
        .Select(primary => All.FirstOrDefault(words => words.Language.Code == primary)).FirstOrDefault(found => found is not null);

    private RewardText? BestText(IReadOnlyList<RewardText> texts) =>
        texts.FirstOrDefault(text => text.Language == Language.Code) ?? texts.FirstOrDefault(text => text.Language == "en") ?? (texts is [var first, ..] ? first : null);
}
