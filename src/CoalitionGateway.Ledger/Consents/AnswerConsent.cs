using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Notifications;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>The member refuses a consent, on the notice that was shown.</summary>
public sealed record RefuseConsent(
    CommandContext Context, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string NoticeVersion, string NoticeLanguage, NoticeRef? Notice, NoticesInForce InForce)
    : AnswerConsent(Context, ConsentAct.Refuse, MemberId, PartnerId, Purpose, NoticeVersion, NoticeLanguage, Notice, InForce)
{
    public override string Method => nameof(RefuseConsent);
}

/// <summary>The member defers the answer.</summary>
public sealed record DeferConsent(
    CommandContext Context, MemberId MemberId, PartnerId PartnerId, Purpose Purpose, string NoticeVersion, string NoticeLanguage, NoticeRef? Notice, NoticesInForce InForce)
    : AnswerConsent(Context, ConsentAct.Defer, MemberId, PartnerId, Purpose, NoticeVersion, NoticeLanguage, Notice, InForce)
{
    public override string Method => nameof(DeferConsent);
}

/// <summary>The member refuses or defers a consent.</summary>
/// <param name="Notice">The notice; null if there is none of that version and language.</param>
public abstract record AnswerConsent(
    CommandContext Context, ConsentAct Act, MemberId MemberId, PartnerId PartnerId, Purpose Purpose,
    string NoticeVersion, string NoticeLanguage, NoticeRef? Notice, NoticesInForce InForce)
    : Command<GiveConsent.State>(Context)
{
    /// <summary>How and when the member acted. Null: this call is the act.</summary>
    public ConsentAction? Action { get; init; }

    public override void Encode(CanonicalWriter writer)
    {
        writer.Byte(1).Uuid(MemberId.Value).Text(PartnerId.Value).Number((int)Purpose).Text(NoticeVersion).Text(NoticeLanguage);
        Action?.Encode(writer);
    }

    public override GiveConsent.State Needs(WorkingState rows, DateTime now) => GiveConsent.State.Of(rows, MemberId, PartnerId, Purpose);

    public override Decision Decide(GiveConsent.State state, DateTime now)
    {
        if (ConsentRefusals.Of(state, PartnerId, Purpose) is { } refusal)
        {
            return refusal;
        }

        if (Notice is null)
        {
            return ConsentRefusals.NoticeNotFound(NoticeVersion, NoticeLanguage, InForce);
        }

        if (ConsentRefusals.OfTime(Action, state.Memberships, now) is { } impossible)
        {
            return impossible;
        }

        if (ConsentStates.After(InForce.StateOf(state.Consent, now), Act) is not { } next)
        {
            return ConsentRefusals.NoPlace(InForce.StateOf(state.Consent, now), PartnerId, Purpose);
        }

        var made = ConsentChanged.To(
            next, Header(now), MemberId, PartnerId, Purpose, state.Consent?.Categories ?? "", Notice, state.Consent?.GiveTime, (Action ?? ConsentAction.Call).At(now));
        return next == ConsentState.Refused
            ? Decision.Accept(made, Notification.Tell(Context, PartnerId, NotificationKind.ConsentRefused, state.Number, now, Purpose))
            : made;
    }
}
