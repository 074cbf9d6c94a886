using System.Globalization;
using System.Text.RegularExpressions;
using CoalitionGateway.Platform.Keys;

namespace CoalitionGateway.Platform.Contract;

/// <summary>The form of a text. The messages describe valid texts.</summary>
/// <param name="Problem">Gives the problem of a text that is not empty; null if there is none.</param>
/// <param name="Missing">The message about an empty text that is required.</param>
internal sealed partial record TextForm(Func<string, TimeProvider, string?> Problem, string Missing)
{
    public const string Nul = "must not have U+0000.";
    private const string _missing = "is missing.";
    private const int _longestEmail = 254;
    private const int _longestName = 100;

    private static readonly Dictionary<V1.FieldForm, TextForm> _forms = new()
    {
        [V1.FieldForm.Uuid] = Form(
            text => Guid.TryParseExact(text, "D", out var id) && id != Guid.Empty, "is not a UUID such as 018f6e1c-7c9a-7d31-9b0a-2f6f0c1d2e3f.") with
        {
            Missing = "is missing; send a UUID.",
        },
        [V1.FieldForm.Id] = Form(IsId, "must be an id of 3 to 40 characters: a-z, 0-9 and '-', beginning with a letter."),
        [V1.FieldForm.MembershipNumber] = Form(IsMembershipNumber, "must be 1 to 40 ASCII letters, digits, '-', '_' or '.'."),
        [V1.FieldForm.Reference] = Form(ReferenceForm().IsMatch, "must be 1 to 64 printable ASCII characters, the first and the last no space."),
        [V1.FieldForm.DisplayName] = Form(
            text => Length(text) <= _longestName && text.Trim().Length > 0 && !text.Any(char.IsControl),
            $"must be 1 to {_longestName} characters, not all blank, none a control character."),
        [V1.FieldForm.OneTimeCode] = Form(text => text.Length == OneTimeCodes.Length, $"must be the {OneTimeCodes.Length} characters of the code that was shown."),
        [V1.FieldForm.CountryCode] = Form(CountryForm().IsMatch, "must be two capital letters (ISO 3166-1)."),
        [V1.FieldForm.BirthDate] = new(BirthDate, "must be a date as YYYY-MM-DD."),
        [V1.FieldForm.Email] = Form(
            text => Length(text) <= _longestEmail && !text.Any(char.IsControl) && EmailForm().IsMatch(text), $"must be an e-mail address of at most {_longestEmail} characters."),
        [V1.FieldForm.PhoneNumber] = Form(PhoneForm().IsMatch, "must be '+' and 7 to 15 digits."),
        [V1.FieldForm.TimeZone] = Form(
            Ledger.Schedules.Calendar.Knows, "must be an IANA time zone such as Europe/Stockholm."),
        [V1.FieldForm.Name] = Form(NameForm().IsMatch, "must be 1 to 64 of a-z, 0-9, '-', '_', '.' and '/'."),
    };

    /// <summary>The form that a rule asks for; null if every text is valid.</summary>
    public static TextForm? Of(V1.FieldRule rule) =>
        rule.Form != V1.FieldForm.Unspecified ? _forms[rule.Form]
        : rule.MaxCharacters > 0 ? Form(
            text => Length(text) <= rule.MaxCharacters && !text.Any(char.IsControl), $"must be at most {rule.MaxCharacters} characters, none a control character.") with
        {
            Missing = _missing,
        }
        : null;

    /// <summary>Whether a text has the form of a partner's or programme's id.</summary>
    public static bool IsId(string text) => IdForm().IsMatch(text);

    /// <summary>Whether a text has the form of a membership number.</summary>
    public static bool IsMembershipNumber(string text) => MembershipNumberForm().IsMatch(text);

    /// <summary>The number of Unicode code points in a text. The contract calls them characters.</summary>
    public static int Length(string text)
    {
        var length = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                length--;
            }
        }

        return length;
    }

    private static TextForm Form(Func<string, bool> holds, string problem) => new((text, _) => holds(text) ? null : problem, problem);

    private static string? BirthDate(string text, TimeProvider clock) =>
        !DateForm().IsMatch(text) ? "must be a date as YYYY-MM-DD."
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year >= 1900 && date <= DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime) ? null
        : "must be a day from 1900 to today.";

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{2,39}\z")]
    private static partial Regex IdForm();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,40}\z")]
    private static partial Regex MembershipNumberForm();

    [GeneratedRegex(@"\A[!-~]([ -~]{0,62}[!-~])?\z")]
    private static partial Regex ReferenceForm();

    [GeneratedRegex(@"\A[a-z0-9._/-]{1,64}\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"\A\d{4}-\d{2}-\d{2}\z")]
    private static partial Regex DateForm();

    [GeneratedRegex(@"\A[^@\s]+@[^@\s]+\z")]
    private static partial Regex EmailForm();

    [GeneratedRegex(@"\A\+[0-9]{7,15}\z")]
    private static partial Regex PhoneForm();

    [GeneratedRegex(@"\A[A-Z]{2}\z")]
    private static partial Regex CountryForm();
}
