using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>Replaces a member's profile (GDPR Art. 16).</summary>
/// <param name="Told">The new profile in plain text, used only for the fingerprint. Never stored.</param>
/// <param name="Profile">The same profile, sealed.</param>
/// <param name="Changed">The names of the fields that the gateway found changed; no values.</param>
public sealed record RectifyProfile(CommandContext Context, MemberId MemberId, Profile Told, Profile Profile, IReadOnlyList<string> Changed)
    : Command<RectifyProfile.State>(Context)
{
    /// <summary>The sealed profile before the change. If the stored one differs, it stays unchanged. Null: no check.</summary>
    public Profile? IfStill { get; init; }

    /// <summary>
    /// The age of consent, if the stored profile says that the member is younger and the change touches the birth date
    /// or the country. Otherwise null.
    /// </summary>
    public int? NeedsGuardianBelow { get; init; }

    /// <summary>A keyed hash of the code that an adult made for the member; null if no code was sent.</summary>
    public string? GuardianCodeHash { get; init; }

    public override string Method => nameof(RectifyProfile);

    public override void Encode(CanonicalWriter writer) => Told.Encode(writer.Byte(1).Uuid(MemberId.Value).OptionalText(GuardianCodeHash));

    public override State Needs(WorkingState rows, DateTime now) =>
        new(Recipient.All(rows, MemberId), rows.Find(new Profile.Of(MemberId)), GuardianCode.Find(rows, GuardianCodeHash));

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Recipients.Count == 0)
        {
            return MemberRefusals.NoMember();
        }

        if (GuardianCode.Refuses(state.Guardian, GuardianCodeHash, MemberId, NeedsGuardianBelow, now) is { } guarded)
        {
            return guarded;
        }

        var made = new ProfileRectified(Header(now), MemberId, Changed, state.Guardian?.GuardianId);
        if (IfStill is not null && IfStill != state.Profile)
        {
            return made;
        }

        var told = Changed.Count > 0 ? state.Recipients.Told(Context, NotificationKind.Rectified, now) : [];
        var decision = Profile.IsEmpty
            ? Decision.Accept(made, told).Erase(state.Profile is { } former ? [former] : [])
            : Decision.Accept(made, [Profile, .. told]);
        return state.Guardian is { } used ? decision.Erase(used) : decision;
    }

    /// <param name="Guardian">The adult's code; null if no code was sent or found.</param>
    public sealed record State(IReadOnlyList<Recipient> Recipients, Profile? Profile, GuardianCode? Guardian);
}

/// <param name="Fields">The names of the changed fields; never their values.</param>
/// <param name="GuardianId">The adult who acted for a child; null if the member acted alone.</param>
[EventKind(26, Answers = "RectifyProfile")]
public sealed record ProfileRectified(EventHeader Header, MemberId MemberId, IReadOnlyList<string> Fields, MemberId? GuardianId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        // No row changes here: the profile is an erasable row outside the event.
    }

    public override void Rebuild(WorkingState rows)
    {
        if (GuardianId is { } guardian && rows.Find(new GuardianCode.Of(guardian)) is { } used)
        {
            rows.Remove(used);
        }
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value).Texts(Fields).OptionalUuid(GuardianId?.Value);

    internal static ProfileRectified Decode(EventHeader header, CanonicalReader reader) => new(
        header, new MemberId(reader.Uuid()), reader.Texts(), reader.OptionalUuid() is { } guardian ? new MemberId(guardian) : null);
}
