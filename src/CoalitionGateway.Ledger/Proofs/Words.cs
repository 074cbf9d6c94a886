using System.Globalization;
using System.Text;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>Values in plain English.</summary>
internal static class Words
{
    /// <summary>Such as 1 March 2026 at 12:00:00 UTC.</summary>
    public static string Of(DateTime time) =>
        time.ToString("d MMMM yyyy 'at' HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Such as 2026-03-01T12:00:00.123456Z.</summary>
    public static string Exact(DateTime time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The text in quotation marks. Quotation marks in the text are escaped.</summary>
    public static string Quoted(string text) =>
        $"“{Printable.Value(text).Replace("“", "\\u201c", StringComparison.Ordinal).Replace("”", "\\u201d", StringComparison.Ordinal)}”";

    public static string Of(Caller actor) => actor.Kind == CallerKind.Member
        ? $"a member, {Printable.Value(actor.Id)}"
        : $"the {Caller.NameOf(actor.Kind)} {Quoted(actor.Id)}";

    public static string Of(Purpose purpose) => purpose switch
    {
        Purpose.ProgrammeOperation => "running the loyalty programme",
        Purpose.CustomerSupport => "customer support",
        _ => Split($"{purpose}"),
    };

    public static string Of(DataCategory category) => category switch
    {
        DataCategory.None => "not personal",
        DataCategory.Identifier => "identifying numbers",
        DataCategory.Identity => "identity",
        DataCategory.Contact => "contact details",
        DataCategory.Location => "place of residence",
        DataCategory.Relationship => "the programmes that the member belongs to",
        DataCategory.Transaction => "purchases and other transactions",
        DataCategory.Balance => "points held",
        DataCategory.Consent => "consents",
        DataCategory.Credential => "credentials",
        _ => Split($"{category}"),
    };

    public static string Of(IEnumerable<DataCategory> categories) =>
        string.Join(", ", categories.Select(Of)) is { Length: > 0 } list ? list : "none";

    public static string Of(DisclosureBasis basis) => basis switch
    {
        DisclosureBasis.NoConsent => "the member had given this partner no consent for this purpose",
        DisclosureBasis.ConsentInForce => "the member's consent for this partner and this purpose was in force",
        DisclosureBasis.ConsentWithdrawn => "the member had taken the consent back, or the partner had ended it",
        DisclosureBasis.Contract => "this purpose needs no consent, and nothing is given for it",
        DisclosureBasis.PurposeNotAgreed => "the coalition had not agreed this purpose with the partner",
        DisclosureBasis.ConsentInvalidated => "the consent rested on a notice that had changed since",
        DisclosureBasis.Restricted => "the member had the use of their data restricted",
        DisclosureBasis.SharingRefused => "the member had refused all sharing",
        DisclosureBasis.ConsentExpired => "the consent had been given longer ago than a consent holds",
        _ => Split($"{basis}"),
    };

    /// <summary>The state of a consent after an event.</summary>
    public static string Of(ConsentState state) => $"{Split($"{state}")}, {(state.IsInForce() ? "" : "not ")}in force";

    /// <summary>A notice by its version, its language and the fingerprint of its text.</summary>
    public static string Notice(string version, string language, string sha256) =>
        $"{Printable.Value(version)}, language {Printable.Value(language)}, SHA-256 {sha256}";

    /// <summary>The channel of an act, for the end of a sentence; empty if the call itself was the act.</summary>
    public static string Channel(string? name) => name switch
    {
        null or "" or "api" or "link" or "merge" => "",
        "app" => ", in the app",
        "web" => ", on the website",
        "shop" => ", in a shop",
        "phone" => ", by phone",
        "paper" => ", on paper",
        _ => $", through {Quoted(name)}",
    };

    /// <summary>The name of a notice's language.</summary>
    public static string Language(string code) => code switch
    {
        "en" => "English",
        "sv" => "Swedish",
        "nb" => "Norwegian",
        "pl" => "Polish",
        "lv" => "Latvian",
        _ => $"the language {Quoted(code)}",
    };

    /// <summary>A name from the code as words: PurchaseRecorded becomes purchase recorded.</summary>
    public static string Split(string name)
    {
        var words = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            words.Append(i > 0 && char.IsUpper(name[i]) ? " " : "").Append(char.ToLowerInvariant(name[i]));
        }

        return words.ToString();
    }
}
