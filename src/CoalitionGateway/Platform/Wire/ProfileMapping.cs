using System.Globalization;
using System.Text.RegularExpressions;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Platform.Rpc;

namespace CoalitionGateway.Platform.Wire;

/// <summary>Reads a profile; each field is optional, none is taken in a form that cannot be used.</summary>
internal static partial class ProfileMapping
{
    public static Profile Read(V1.MemberProfile? profile, MemberId member, TimeProvider clock, Fields fields)
    {
        profile ??= new V1.MemberProfile();
        var birthDate = fields.Optional(profile.BirthDate, "profile.birth_date", 10, DateForm(), "must be a date as YYYY-MM-DD.");
        if (birthDate is not null)
        {
            var real = DateOnly.TryParseExact(birthDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
            fields.Require(date, real && date <= DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime) && date.Year >= 1900, "profile.birth_date", "must be a day from 1900 to today.");
        }

        return new Profile(
            member,
            fields.Optional(profile.DisplayName, "profile.display_name", 100, null, "must be at most 100 characters, none a control character."),
            birthDate,
            fields.Optional(profile.Email, "profile.email", 254, EmailForm(), "must be an e-mail address of at most 254 characters."),
            fields.Optional(profile.PhoneNumber, "profile.phone_number", 16, PhoneForm(), "must be '+' and 7 to 15 digits."),
            fields.Optional(profile.PostalCode, "profile.postal_code", 12, null, "must be at most 12 characters."),
            fields.Optional(profile.CountryCode, "profile.country_code", 2, CountryForm(), "must be two capital letters (ISO 3166-1)."));
    }

    /// <summary>The names of the fields in which two profiles differ.</summary>
    public static IReadOnlyList<string> Differences(Profile? before, Profile after)
    {
        var (old, next) = (Texts(before), Texts(after));
        return [.. V1.MemberProfile.Descriptor.Fields.InDeclarationOrder().Select(field => field.Name).Where(name => old.GetValueOrDefault(name) != next.GetValueOrDefault(name))];
    }

    private static Dictionary<string, string> Texts(Profile? profile)
    {
        var texts = new Dictionary<string, string>();
        profile?.Map((field, text) => texts[field] = text);
        return texts;
    }

    [GeneratedRegex(@"\A\d{4}-\d{2}-\d{2}\z")]
    private static partial Regex DateForm();

    [GeneratedRegex(@"\A[^@\s]+@[^@\s]+\z")]
    private static partial Regex EmailForm();

    [GeneratedRegex(@"\A\+\d{7,15}\z")]
    private static partial Regex PhoneForm();

    [GeneratedRegex(@"\A[A-Z]{2}\z")]
    private static partial Regex CountryForm();
}
