using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Members;

/// <summary>
/// What a member told about themself, each field sealed by the gateway under a key of the member's: no rule reads it.
/// Erasable; in no event.
/// </summary>
public sealed record Profile(
    MemberId MemberId, string? DisplayName, string? BirthDate, string? Email, string? PhoneNumber,
    string? PostalCode, string? CountryCode) : Row
{
    public override Key Primary => new Of(MemberId);

    public override bool IsDeletable => true;

    public bool IsEmpty => (DisplayName ?? BirthDate ?? Email ?? PhoneNumber ?? PostalCode ?? CountryCode) is null;

    /// <summary>This profile, with each field that is there as a function of its name in the contract and its text.</summary>
    public Profile Map(Func<string, string, string?> change)
    {
        return new Profile(
            MemberId, With("display_name", DisplayName), With("birth_date", BirthDate), With("email", Email), With("phone_number", PhoneNumber),
            With("postal_code", PostalCode), With("country_code", CountryCode));
        string? With(string name, string? text) => text is null ? null : change(name, text);
    }

    /// <summary>The fields in the order of the contract, as a command writes them.</summary>
    internal void Encode(Encoding.CanonicalWriter writer) => writer
        .OptionalText(DisplayName).OptionalText(BirthDate).OptionalText(Email)
        .OptionalText(PhoneNumber).OptionalText(PostalCode).OptionalText(CountryCode);

    public sealed record Of(MemberId MemberId) : Key<Profile>;
}
