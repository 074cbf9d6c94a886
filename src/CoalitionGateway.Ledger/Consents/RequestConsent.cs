using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>A partner asks one of its members for a consent.</summary>
public sealed record RequestConsent(
    CommandContext Context, PartnerId PartnerId, string Number, Purpose Purpose, IReadOnlyList<DataCategory> Categories, NoticeRef Notice, NoticesInForce InForce)
    : PartnersConsent(Context, ConsentAct.Request, PartnerId, Number, Purpose, Categories, Notice, InForce)
{
    public override string Method => nameof(RequestConsent);
}

/// <summary>A partner ends a consent that it no longer needs.</summary>
public sealed record RevokeConsent(CommandContext Context, PartnerId PartnerId, string Number, Purpose Purpose, NoticeRef Notice, NoticesInForce InForce)
    : PartnersConsent(Context, ConsentAct.Revoke, PartnerId, Number, Purpose, [], Notice, InForce)
{
    public override string Method => nameof(RevokeConsent);
}

/// <summary>A partner requests or revokes the consent of one of its members. A partner can never give a consent.</summary>
/// <param name="Categories">The requested categories; empty for a revocation.</param>
/// <param name="Notice">The notice in force.</param>
public abstract record PartnersConsent(
    CommandContext Context, ConsentAct Act, PartnerId PartnerId, string Number, Purpose Purpose, IReadOnlyList<DataCategory> Categories,
    NoticeRef Notice, NoticesInForce InForce)
    : Command<PartnersConsent.State>(Context)
{
    public override void Encode(CanonicalWriter writer) => writer
        .Byte(1).Text(PartnerId.Value).Text(Number).Number((int)Purpose).Text(Consent.Join(Categories));

    public override State Needs(WorkingState rows, DateTime now)
    {
        var home = rows.Find(new Programme.OwnedBy(PartnerId));
        var membership = home is null ? null : MembershipNumber.Find(rows, home.Id, Number);
        return new State(
            home, membership, membership is null ? null : GiveConsent.State.Of(rows, membership.MemberId, PartnerId, Purpose),
            membership is null ? null : rows.Find(new SharingRefusal.Of(membership.MemberId)));
    }

    public override Decision Decide(State state, DateTime now)
    {
        if (state.Home is not { } home)
        {
            return MemberRefusals.PartnerWithoutProgramme(PartnerId);
        }

        if (state.Membership is not { } membership)
        {
            return MemberRefusals.NumberNotFound(home.Id);
        }

        // A revocation skips this check: the agreed purposes may have shrunk since, and a consent can always be ended.
        var (consent, isRequest) = (state.Given!.Consent, Act == ConsentAct.Request);
        if (isRequest && ConsentRefusals.Of(state.Given, PartnerId, Purpose) is { } refusal)
        {
            return refusal;
        }

        if (isRequest && state.SharingRefusal is not null && InForce.StateOf(consent, now)?.IsInForce() != true)
        {
            return ConsentRefusals.SharingRefused();
        }

        if (ConsentStates.After(InForce.StateOf(consent, now), Act) is not { } next)
        {
            return ConsentRefusals.NoPlace(isRequest ? InForce.StateOf(consent, now) : null, PartnerId, Purpose);
        }

        // The consent ended by itself and its end is not recorded yet, so the partner is notified now.
        var told = isRequest && consent?.State.IsInForce() == true
            ? Notification.Tell(Context, PartnerId, NotificationKind.ConsentExpired, state.Given.Number, now, Purpose)
            : [];
        return Decision.Accept(
            ConsentChanged.To(
                next, Header(now), membership.MemberId, PartnerId, Purpose, isRequest ? Consent.Join(Categories) : consent!.Categories,
                isRequest ? Notice : consent!.Notice, consent?.GiveTime, ConsentAction.Call.At(now)),
            told);
    }

    public sealed record State(Programme? Home, Membership? Membership, GiveConsent.State? Given, SharingRefusal? SharingRefusal);
}
