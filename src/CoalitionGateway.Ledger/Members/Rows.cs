using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Members;

/// <summary>A member's place in one programme. Linking changes whose it is.</summary>
public sealed record Membership(MembershipId Id, ProgrammeId ProgrammeId, MemberId MemberId, DateTime EnrollTime) : Row
{
    public override Key Primary => new Of(Id);

    public override IEnumerable<Key> Lookups => [new OfMember(MemberId, ProgrammeId)];

    public override IEnumerable<Key> Sets => [new ByMember(MemberId)];

    /// <summary>Whether its member was erased: then it is nobody's, and what is kept of it leads to nobody.</summary>
    public bool IsErased => MemberId.Value == Id.Value;

    /// <summary>The membership after its member was erased.</summary>
    public Membership Erased() => this with { MemberId = new MemberId(Id.Value) };

    public sealed record Of(MembershipId Id) : Key<Membership>;

    public sealed record ByMember(MemberId MemberId) : SetKey<Membership>;

    public sealed record OfMember(MemberId MemberId, ProgrammeId ProgrammeId) : Key<Membership>;
}

/// <summary>The number that a partner gave a membership. Apart from the membership, so that it can be erased.</summary>
/// <param name="Salt">16 random bytes that stand nowhere else: without them nothing leads from the event to the number.</param>
public sealed record MembershipNumber(ProgrammeId ProgrammeId, string Number, MembershipId MembershipId, byte[] Salt) : Row
{
    public override Key Primary => new Of(ProgrammeId, Number);

    public override IEnumerable<Key> Lookups => [new OfMembership(MembershipId)];

    /// <summary>What the event that gave the number says of it: the SHA-256 of the salt and the number.</summary>
    public byte[] Commit() => SHA256.HashData([.. Salt, .. System.Text.Encoding.UTF8.GetBytes(Number)]);

    /// <summary>The row as far as events tell of it: the commitment stands in the number's place.</summary>
    public static MembershipNumber Committed(ProgrammeId programme, MembershipId membership, byte[] commitment) =>
        new(programme, Convert.ToHexString(commitment), membership, []);

    /// <summary>The membership with this number, in two steps.</summary>
    public static Membership? Find(WorkingState rows, ProgrammeId programme, string number) =>
        rows.Find(new Of(programme, number)) is { } found ? rows.Find(new Membership.Of(found.MembershipId)) : null;

    public sealed record Of(ProgrammeId ProgrammeId, string Number) : Key<MembershipNumber>;

    public sealed record OfMembership(MembershipId MembershipId) : Key<MembershipNumber>;
}

/// <summary>
/// What a member told about themself, each field sealed by the gateway under a key of the member's: no rule reads it.
/// Erasable; in no event.
/// </summary>
public sealed record Profile(
    MemberId MemberId, string? DisplayName, string? BirthDate, string? Email, string? PhoneNumber,
    string? PostalCode, string? CountryCode) : Row
{
    public override Key Primary => new Of(MemberId);

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

/// <summary>Where a member's purchases at a brand earn.</summary>
public sealed record Choice(MemberId MemberId, PartnerId PartnerId, ProgrammeId ProgrammeId) : Row
{
    public override Key Primary => new Of(MemberId, PartnerId);

    public override IEnumerable<Key> Sets => [new ByMember(MemberId)];

    public sealed record Of(MemberId MemberId, PartnerId PartnerId) : Key<Choice>;

    public sealed record ByMember(MemberId MemberId) : SetKey<Choice>;
}

/// <summary>A one-time code for linking a membership, as a keyed hash. One at a time.</summary>
public sealed record LinkCode(MembershipId MembershipId, byte[] CodeHash, DateTime ExpireTime) : Row
{
    public override Key Primary => new Of(MembershipId);

    /// <summary>The row as its event tells of it: with the SHA-256 of the stored hash.</summary>
    public LinkCode Told() => this with { CodeHash = SHA256.HashData(CodeHash) };

    public sealed record Of(MembershipId MembershipId) : Key<LinkCode>;
}
