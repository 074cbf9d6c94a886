using System.Security.Cryptography;
using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.SignIns;

namespace CoalitionGateway.Ledger.Linking;

/// <summary>
/// A membership that a member wants to have, and the member who holds it so far. A one-time code proves that both are one
/// person.
/// </summary>
/// <param name="Own">The calling member's membership in the programme.</param>
/// <param name="Profile">The holder's profile.</param>
/// <param name="Memberships">The holder's memberships, including this one.</param>
public sealed record FormerHolder(Membership? Membership, LinkCode? Code, Membership? Own, Profile? Profile, IReadOnlyList<Membership> Memberships)
{
    /// <summary>The number by which the membership's partner knows the holder; null if there is no such membership.</summary>
    public MembershipNumber? Number { get; init; }

    /// <summary>The membership's programme; null if there is none.</summary>
    public Programme? Programme { get; init; }

    /// <summary>The holder's consents.</summary>
    public IReadOnlyList<Consent> FormerConsents { get; init; } = [];

    /// <summary>The calling member's consents.</summary>
    public IReadOnlyList<HeldConsent> Consents { get; init; } = [];

    /// <summary>Set if the calling member refused all sharing.</summary>
    public SharingRefusal? SharingRefusal { get; init; }

    /// <summary>Set if the holder refused all sharing.</summary>
    public SharingRefusal? FormerSharingRefusal { get; init; }

    /// <summary>Set if the calling member was erased.</summary>
    public Erasure? Erasure { get; init; }

    /// <summary>The restriction of the holder; null if there is none.</summary>
    public Restriction? Restriction { get; init; }

    /// <summary>The holds on the holder.</summary>
    public IReadOnlyList<Hold> Holds { get; init; } = [];

    /// <summary>The holder's passkeys.</summary>
    public IReadOnlyList<Passkey> Passkeys { get; init; } = [];

    /// <summary>Whether the holder has no other membership.</summary>
    public bool IsLast => Memberships.Count <= 1;

    /// <summary>
    /// What the move erases. The profile never moves: the code proves the membership, not that both members are one person. A
    /// holder without another membership does not need it any more.
    /// </summary>
    public IReadOnlyList<Row> Erased => IsLast ? [Code!, .. Passkeys, .. Profile is { } profile ? new Row[] { profile } : []] : [Code!];

    /// <summary>Asks for everything that a move of the membership reads and changes.</summary>
    public static FormerHolder Find(WorkingState rows, MemberId member, ProgrammeId programme, string number)
    {
        var own = rows.Find(new Membership.OfMember(member, programme));
        var found = new FormerHolder(null, null, own, null, [])
        {
            Programme = rows.Find(new Programme.Of(programme)),
            Consents = HeldConsent.All(rows, member),
            SharingRefusal = rows.Find(new SharingRefusal.Of(member)),
            Erasure = rows.Find(new Erasure.Of(member)),
        };
        if (MembershipNumber.Find(rows, programme, number) is not { } membership)
        {
            return found;
        }

        var (former, consents) = (membership.MemberId, rows.FindAll(new Consent.ByMember(membership.MemberId)));
        foreach (var consent in consents)
        {
            // The follow-ups change these consents of the calling member.
            rows.Find(new Consent.Of(member, consent.PartnerId, consent.Purpose));
        }

        rows.Find(new Due.Of(EndLinkCode.DueKind, membership.Id.ToString()));
        return found with
        {
            Membership = membership,
            Number = rows.Find(new MembershipNumber.OfMembership(membership.Id)),
            Code = rows.Find(new LinkCode.Of(membership.Id)),
            Profile = rows.Find(new Profile.Of(former)),
            Passkeys = SignInRows.Find(rows, former),
            Memberships = rows.FindAll(new Membership.ByMember(former)),
            FormerConsents = consents,
            FormerSharingRefusal = rows.Find(new SharingRefusal.Of(former)),
            Restriction = rows.Find(new Restriction.Of(former)),
            Holds = rows.FindAll(new Hold.ByMember(former)),
        };
    }

    /// <summary>Refuses a wrong code. All faults get the same refusal: without the code, no caller learns what exists.</summary>
    public Refusal? RefusesCode(ProgrammeId programme, byte[] hash, DateTime now) =>
        Membership is not null && Code is { } code && code.ExpireTime > now && CryptographicOperations.FixedTimeEquals(code.CodeHash, hash)
            ? null
            : new Refusal(RefusalReason.LinkCodeInvalid, "The code is wrong, used or expired, or there is no such membership; ask the programme for a new code.", "link_code")
                .With("programme_id", programme.Value);

    /// <summary>The first refusal that applies to a move of the membership; null if none applies. The code must be right.</summary>
    /// <param name="ofChild">The child who holds the membership, and the age of consent; null: not a child.</param>
    /// <param name="now">The time.</param>
    public Refusal? RefusesMove((MemberId Member, int Age)? ofChild, DateTime now)
    {
        if (Erasure is not null)
        {
            return MemberRefusals.NoMember();
        }

        // A hold or a restriction on the holder must not be evaded by moving the membership to another member.
        if (Holds.Where(hold => hold.UntilTime > now).MaxBy(hold => (hold.UntilTime, hold.Id.Value)) is { } held)
        {
            return held.Refuse("The membership is under a hold and stays where it is for now.");
        }

        if (Restriction is { } restriction)
        {
            return restriction.Refuse("Processing is restricted for the membership's holder; LiftRestriction there first.");
        }

        return ofChild is { } child && child.Member == Membership!.MemberId
            ? new Refusal(RefusalReason.GuardianNeeded, $"The membership is that of a child below {child.Age}; state the same birth date and country in your own profile first.", "membership_number")
                .With("age_of_consent", child.Age)
            : null;
    }
}
