using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Members;

/// <summary>
/// A member's statements about themself. The gateway seals each field under the member's own key, so that no rule can
/// read it. Erasable; in no event.
/// </summary>
public sealed record Profile(
    MemberId MemberId, string? DisplayName, string? BirthDate, string? Email, string? PhoneNumber,
    string? PostalCode, string? CountryCode) : Row
{
    public override Key Primary => new Of(MemberId);

    public override bool IsDeletable => true;

    public bool IsEmpty => (DisplayName ?? BirthDate ?? Email ?? PhoneNumber ?? PostalCode ?? CountryCode) is null;

    /// <summary>A copy in which each present field is replaced by a function of its contract name and its text.</summary>
    public Profile Map(Func<string, string, string?> change)
    {
        return new Profile(
            MemberId, With("display_name", DisplayName), With("birth_date", BirthDate), With("email", Email), With("phone_number", PhoneNumber),
            With("postal_code", PostalCode), With("country_code", CountryCode));
        string? With(string name, string? text) => text is null ? null : change(name, text);
    }

    /// <summary>Writes the fields in the order of the contract.</summary>
    internal void Encode(Encoding.CanonicalWriter writer) => writer
        .OptionalText(DisplayName).OptionalText(BirthDate).OptionalText(Email)
        .OptionalText(PhoneNumber).OptionalText(PostalCode).OptionalText(CountryCode);

    public sealed record Of(MemberId MemberId) : Key<Profile>;
}
