using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.SignIns;

/// <summary>
/// Begins a new start for a member who has lost all passkeys: from now on the brand's code waits, so that the member can cancel
/// it with any old passkey if somebody else asked.
/// </summary>
public sealed record BeginNewStart(CommandContext Context, MemberId MemberId, string CodeHash) : Command<BeginNewStart.State>(Context)
{
    /// <summary>How long a new start waits.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromHours(72);

    /// <summary>How long the code is valid after that.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    public override string Method => nameof(BeginNewStart);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Text(CodeHash);

    public override State Needs(WorkingState rows, DateTime now) => new(
        SignInCode.Find(rows, MemberId), rows.FindAll(new Passkey.ByAccount(MemberId)).Count > 0, [.. Addressee.All(rows, MemberId)]);

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Code is not { } code || code.ExpireTime <= now || code.CodeHash != CodeHash || !state.HasPasskeys)
        {
            return SignInRefusals.CodeInvalid;
        }

        if (code.ReadyTime is not null)
        {
            return RefusesUntilReady(code, now) ?? SignInRefusals.CodeInvalid;
        }

        // The member hears of it by every channel that is known: their brands'.
        var ready = now + Wait;
        return Decision.Accept(
            new NewStartBegun(Header(now), MemberId, ready, ready + Lifetime),
            [.. state.Brands.SelectMany(brand => Notification.Tell(Context, brand.PartnerId, NotificationKind.NewStartBegun, brand.Number, now, due: ready.Date))]);
    }

    /// <summary>Why a code does not replace passkeys yet; null if it does.</summary>
    internal static Refusal? RefusesUntilReady(SignInCode code, DateTime now) =>
        code.ReadyTime is not { } ready
            ? new Refusal(RefusalReason.NewStartNeeded, "You have passkeys; sign in with one, or begin a new start and wait 72 hours.", "code")
        : ready > now
            ? new Refusal(RefusalReason.NewStartWaiting, "The new start is waiting; use the code again after ready_time.", "code").With("ready_time", ready.ToString("O"))
            : null;

    /// <param name="Brands">The member's brands, and the numbers by which they know the member.</param>
    public sealed record State(SignInCode? Code, bool HasPasskeys, IReadOnlyList<Addressee> Brands);
}

/// <param name="ReadyTime">When the code can be used.</param>
/// <param name="ExpireTime">When it ends.</param>
[EventKind(133, Answers = "BeginNewStart")]
public sealed record NewStartBegun(EventHeader Header, MemberId MemberId, DateTime ReadyTime, DateTime ExpireTime) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        rows.Put(rows.Find(new SignInCode.Of(MemberId))! with { ReadyTime = ReadyTime, ExpireTime = ExpireTime });
        rows.Put(new Due(EndSignInCode.DueKind, MemberId.ToString(), ExpireTime));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value).Time(ReadyTime).Time(ExpireTime);

    internal static NewStartBegun Decode(EventHeader header, CanonicalReader reader) => new(header, new MemberId(reader.Uuid()), reader.Time(), reader.Time());
}

/// <summary>Ends a brand's code before it is used. The member signed in with a passkey or a recovery code.</summary>
public sealed record CancelNewStart(CommandContext Context, MemberId MemberId) : Command<SignInCode?>(Context)
{
    public override string Method => nameof(CancelNewStart);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value);

    public override SignInCode? Needs(WorkingState rows, DateTime now) => SignInCode.Find(rows, MemberId);

    public override Decision Decide(SignInCode? state, DateTime now) =>
        state?.ExpireTime > now ? new NewStartCancelled(Header(now), MemberId) : SignInRefusals.CodeInvalid;
}

[EventKind(134, Answers = "CancelNewStart")]
public sealed record NewStartCancelled(EventHeader Header, MemberId MemberId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) => SignInCode.Remove(rows, MemberId);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value);

    internal static NewStartCancelled Decode(EventHeader header, CanonicalReader reader) => new(header, new MemberId(reader.Uuid()));
}
