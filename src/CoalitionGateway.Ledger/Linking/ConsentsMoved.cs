using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;

namespace CoalitionGateway.Ledger.Linking;

/// <summary>
/// What becomes of consents when a membership goes to another member. Those given under it end, their partners are told, and
/// the member is asked again. The former holder's refusals become the member's: both are one person.
/// </summary>
/// <param name="Member">The member who gets the membership.</param>
/// <param name="Act">A link or a merge. After a merge the narrower of two consents remains.</param>
internal sealed class ConsentsMoved(FormerHolder state, MemberId member, NoticesInForce inForce, ConsentAction act)
{
    private readonly List<Event> _followUps = [];
    private readonly List<Row> _told = [];

    /// <summary>The follow-ups, first the one in the former holder's log, and the notifications.</summary>
    public (IReadOnlyList<Event> FollowUps, IReadOnlyList<Row> Told) End(CommandContext context, Func<int, EventHeader> header, DateTime now)
    {
        var (membership, partner) = (state.Membership!, state.Programme!.PartnerId);
        _followUps.Add(new MembershipMoved(header(1), membership.MemberId, membership.Id, membership.ProgrammeId));
        if (state is { FormerSharingRefusal: { } refusal, SharingRefusal: null })
        {
            var ended = state.Consents.NotEnded().ToArray();
            _followUps.Add(new SharingRefused(header(2), member, refusal.Signal));
            _followUps.AddRange(ended.Select((held, i) => ConsentWithdrawn.Of(held.Consent, header(i + 3), act)));
            _told.AddRange(ended.Told(context, now));
        }

        foreach (var consent in state.FormerConsents.OrderBy(consent => (consent.PartnerId.Value, consent.Purpose)))
        {
            if (consent.PartnerId != partner && !state.IsLast)
            {
                continue;
            }

            var own = state.Consents.FirstOrDefault(found => (found.Consent.PartnerId, found.Consent.Purpose) == (consent.PartnerId, consent.Purpose));
            if (own is not null && act.Channel == ConsentAction.Merge.Channel)
            {
                Narrow(own, consent, context, header, now);
            }

            if (IsNo(consent) && (own is null || !(IsInForce(own.Consent, now) || IsNo(own.Consent))))
            {
                _followUps.Add(new ConsentRefused(
                    header(_followUps.Count + 1), member, consent.PartnerId, consent.Purpose, consent.Categories, consent.Notice, consent.GiveTime)
                {
                    Act = act,
                });
            }

            if (ConsentStates.After(inForce.StateOf(consent, now), ConsentAct.Withdraw) is not null)
            {
                EndFormer(consent, own, context, header, now);
            }
        }

        return (_followUps, _told);
    }

    /// <summary>Ends the former holder's consent. The programme's partner asks the member again.</summary>
    private void EndFormer(Consent consent, HeldConsent? own, CommandContext context, Func<int, EventHeader> header, DateTime now)
    {
        var partner = state.Programme!.PartnerId;
        _followUps.Add(ConsentWithdrawn.Of(consent, header(_followUps.Count + 1), act));
        if (consent.PartnerId != partner)
        {
            return;
        }

        _told.AddRange(Notification.Tell(context, partner, NotificationKind.ConsentEnded, state.Number, now, consent.Purpose));
        if (state is { SharingRefusal: null, FormerSharingRefusal: null } && own is null)
        {
            _followUps.Add(new ConsentRequested(
                header(_followUps.Count + 1), member, partner, consent.Purpose, consent.Categories, consent.Notice, null)
            {
                Act = act,
            });
        }
    }

    /// <summary>Leaves of the member's consent what the former holder's covers too.</summary>
    private void Narrow(HeldConsent own, Consent former, CommandContext context, Func<int, EventHeader> header, DateTime now)
    {
        var isEnded = state is { FormerSharingRefusal: not null, SharingRefusal: null };
        if (isEnded || !IsInForce(own.Consent, now) || !(IsNo(former) || IsInForce(former, now)))
        {
            return;
        }

        var both = IsNo(former) ? "" : Consent.Join(own.Consent.CategoryList.Intersect(former.CategoryList));
        if (both.Length == 0)
        {
            _followUps.Add(ConsentWithdrawn.Of(own.Consent, header(_followUps.Count + 1), act));
            _told.AddRange(Notification.Tell(context, own.Consent.PartnerId, NotificationKind.ConsentWithdrawn, own.Number, now, own.Consent.Purpose));
        }
        else if (both != own.Consent.Categories)
        {
            _followUps.Add(new ConsentRenewed(
                header(_followUps.Count + 1), member, own.Consent.PartnerId, own.Consent.Purpose, both, own.Consent.Notice, own.Consent.GiveTime, own.Consent.ExpireTime)
            {
                Act = act,
            });
        }
    }

    private bool IsInForce(Consent consent, DateTime now) => inForce.StateOf(consent, now)!.Value.IsInForce();

    private static bool IsNo(Consent consent) => consent.State is ConsentState.Refused or ConsentState.Withdrawn;
}
