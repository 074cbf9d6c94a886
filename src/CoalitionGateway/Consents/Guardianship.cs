using System.Globalization;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.MemberKeys;
using CoalitionGateway.Store;

namespace CoalitionGateway.Consents;

/// <summary>How old members are, as far as they have told: whether they may consent alone, and act for a child.</summary>
internal sealed class Guardianship(LedgerStore store, SealedProfiles profiles, GatewayKeys keys, TimeProvider clock)
{
    /// <summary>The codes by which adults act for children.</summary>
    public OneTimeCodes Codes { get; } = new(keys, "guardian-code");

    /// <summary>The member's age in years; null where they have not told when they were born.</summary>
    public async Task<int?> Age(MemberId member, CancellationToken cancellation) => AgeOf(await Profile(member, cancellation));

    /// <summary>The age of consent of the member's country, if they are younger; null if they are not, or have not told.</summary>
    /// <param name="member">Who consents.</param>
    /// <param name="jurisdiction">The country whose law applies where the profile names none; empty: none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<int?> NeedsGuardianBelow(MemberId member, string jurisdiction, CancellationToken cancellation)
    {
        var profile = await Profile(member, cancellation);
        var needed = ConsentAges.In(profile?.CountryCode ?? (jurisdiction.Length > 0 ? jurisdiction : null));
        return AgeOf(profile) < needed ? needed : null;
    }

    private int? AgeOf(Profile? profile) => profile?.BirthDate is { } born
        ? ConsentAges.At(DateOnly.ParseExact(born, "yyyy-MM-dd", CultureInfo.InvariantCulture), DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime))
        : null;

    private async Task<Profile?> Profile(MemberId member, CancellationToken cancellation) =>
        await profiles.Open(await store.Read(rows => rows.Find(new Profile.Of(member)), cancellation), cancellation);
}
