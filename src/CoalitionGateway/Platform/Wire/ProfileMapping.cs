using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Platform.Wire;

/// <summary>Maps profiles between the wire and the ledger. An empty field means that the member states nothing.</summary>
internal static class ProfileMapping
{
    public static Profile Read(V1.MemberProfile? profile, MemberId member) => profile is null
        ? new Profile(member, null, null, null, null, null, null)
        : new Profile(
            member, OrNone(profile.DisplayName), OrNone(profile.BirthDate), OrNone(profile.Email), OrNone(profile.PhoneNumber),
            OrNone(profile.PostalCode), OrNone(profile.CountryCode));

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

    private static string? OrNone(string text) => text.Length == 0 ? null : text;
}
