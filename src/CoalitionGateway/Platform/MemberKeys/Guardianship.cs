using System.Globalization;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.MemberKeys;

/// <summary>Members' ages, as their profiles state them: whether a member may consent alone, and act for a child.</summary>
internal sealed class Guardianship(LedgerStore store, SealedProfiles profiles, GatewayKeys keys, TimeProvider clock)
{
    /// <summary>The codes by which adults act for children.</summary>
    public OneTimeCodes Codes { get; } = new(keys, "guardian-code");

    /// <summary>The member's age in years; null if the profile states no birth date.</summary>
    public async Task<int?> Age(MemberId member, CancellationToken cancellation) => AgeOf(await Profile(member, cancellation));

    /// <summary>
    /// The age of consent that applies to the member, if the member is younger. Null: the member is not younger, or the age
    /// is unknown.
    /// </summary>
    /// <param name="member">The member who consents.</param>
    /// <param name="jurisdiction">The country whose law the call names. The country can raise the age but never lower it.
    /// Empty: none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<int?> NeedsGuardianBelow(MemberId member, string jurisdiction, CancellationToken cancellation) =>
        NeededBy(await Profile(member, cancellation), jurisdiction);

    /// <summary>
    /// The same for a change of the profile. A known child needs an adult to change the birth date or the country.
    /// </summary>
    public int? NeedsGuardianFor(Profile? before, Profile told) =>
        (before?.BirthDate, before?.CountryCode) != (told.BirthDate, told.CountryCode) ? NeededBy(before, "") : null;

    /// <summary>
    /// The child who holds the membership that a member wants to link, with the age of consent that applies. Null: no known
    /// child holds the membership, or the member is known to be as young.
    /// </summary>
    public async Task<(MemberId Member, int Age)?> ChildBehind(ProgrammeId programme, string number, MemberId member, CancellationToken cancellation)
    {
        var holder = await store.Read(rows => MembershipNumber.Find(rows, programme, number)?.MemberId, cancellation);
        if (holder is not { } former || await NeedsGuardianBelow(former, "", cancellation) is not { } needed)
        {
            return null;
        }

        return await NeedsGuardianBelow(member, "", cancellation) >= needed ? null : (former, needed);
    }

    private int? NeededBy(Profile? profile, string jurisdiction)
    {
        var needed = Math.Max(ConsentAges.In(profile?.CountryCode), jurisdiction.Length > 0 ? ConsentAges.In(jurisdiction) : 0);
        return AgeOf(profile) < needed ? needed : null;
    }

    private int? AgeOf(Profile? profile) => profile?.BirthDate is { } born
        ? ConsentAges.At(DateOnly.ParseExact(born, "yyyy-MM-dd", CultureInfo.InvariantCulture), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime))
        : null;

    private async Task<Profile?> Profile(MemberId member, CancellationToken cancellation) =>
        await profiles.Open(await store.Read(rows => rows.Find(new Profile.Of(member)), cancellation), cancellation);
}
