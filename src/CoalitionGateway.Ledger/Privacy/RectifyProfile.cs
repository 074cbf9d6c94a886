using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;

namespace CoalitionGateway.Ledger.Privacy;

/// <summary>Puts another profile in the place of a member's (GDPR Art. 16).</summary>
/// <param name="Told">What the member says now, in the clear: it says what was asked, and is stored nowhere.</param>
/// <param name="Profile">The same, sealed.</param>
/// <param name="Changed">The fields that differ from before, as the gateway found them; names and no values.</param>
public sealed record RectifyProfile(CommandContext Context, MemberId MemberId, Profile Told, Profile Profile, IReadOnlyList<string> Changed)
    : Command<RectifyProfile.State>(Context)
{
    /// <summary>The profile that the change rests on, sealed; if another is there by now, nothing changes. Null: whatever is there.</summary>
    public Profile? IfStill { get; init; }

    /// <summary>
    /// The age from which the member's own word about their age and country counts, if the profile so far says that they are
    /// younger and the change touches either; null otherwise.
    /// </summary>
    public int? NeedsGuardianBelow { get; init; }

    /// <summary>A keyed hash of the code that an adult made for the member; null without one.</summary>
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

    /// <param name="Guardian">The code that an adult made; null where none was sent, or there is none.</param>
    public sealed record State(IReadOnlyList<Recipient> Recipients, Profile? Profile, GuardianCode? Guardian);
}

/// <param name="Fields">The fields that changed; never their values.</param>
/// <param name="GuardianId">The adult who acted for a child; null where the member acted alone.</param>
[EventKind(26, Answers = "RectifyProfile")]
public sealed record ProfileRectified(EventHeader Header, MemberId MemberId, IReadOnlyList<string> Fields, MemberId? GuardianId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        // The profile is a row beside the event: it must stay erasable.
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
