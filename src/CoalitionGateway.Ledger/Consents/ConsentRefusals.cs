using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>Refusals about consents.</summary>
public static class ConsentRefusals
{
    /// <summary>The refusal of any consent for the partner and purpose; null if none applies.</summary>
    public static Refusal? Of(GiveConsent.State state, PartnerId partner, Purpose purpose)
    {
        if (state.Erasure is not null)
        {
            return MemberRefusals.NoMember();
        }

        if (state.Partner is null)
        {
            return ProgrammeRefusals.PartnerNotFound(partner, "partner_id");
        }

        if (!purpose.NeedsConsent())
        {
            return new Refusal(RefusalReason.ConsentNotNeeded, "This purpose rests on the contract and takes no consent.", "purpose")
                .With("purpose", purpose.Name());
        }

        return state.Purposes?.Covers(purpose) == true
            ? null
            : new Refusal(RefusalReason.PurposeNotAgreed, $"The coalition has not agreed this purpose with {partner}.", "purpose")
                .With("purpose", purpose.Name()).With("agreed_purposes", string.Join(',', (state.Purposes?.List ?? []).Select(agreed => agreed.Name())));
    }

    /// <summary>The refusal of an impossible time of the member's act; null if the time is possible.</summary>
    public static Refusal? OfTime(ConsentAction? act, IReadOnlyList<Membership> memberships, DateTime now)
    {
        if (act?.Time is not { } time || memberships.Count == 0)
        {
            return null;
        }

        var enrolled = memberships.Min(membership => membership.EnrollTime);
        return time <= now && time >= enrolled
            ? null
            : new Refusal(RefusalReason.ActTimeInvalid, "The member cannot have acted in the future or before they were enrolled; leave act_time out if they act now.", "context.act_time")
                .With("earliest_time", enrolled.ToString("O")).With("latest_time", now.ToString("O"));
    }

    /// <summary>Refuses a consent older than a recorded refusal or withdrawal, which counts by its place in the log.</summary>
    public static Refusal Overtaken(DateTime no) =>
        new Refusal(RefusalReason.ConsentOvertaken, "The member said no after that act; ask them again, and leave act_time out if they say yes now.", "context.act_time")
            .With("refuse_time", no.ToString("O"));

    public static Refusal NoticeNotFound(string version, string language, NoticesInForce notices) =>
        new Refusal(RefusalReason.NoticeNotFound, $"There is no notice {version} in {language}; GetNotice gives those there are.", notices.Valid.Contains(version) ? "notice_language" : "notice_version")
            .With("versions", notices.Current);

    public static Refusal NoticeNotFound(string version, NoticesInForce notices) =>
        new Refusal(RefusalReason.NoticeNotFound, $"No notice {version} was ever published.", "notice_version").With("versions", notices.Current);

    public static Refusal SharingRefused() =>
        new(RefusalReason.SharingRefused, "The member has refused all sharing and is not asked; only the member can change that, with GiveConsent.");

    /// <summary>Refuses an act that the consent's state does not allow.</summary>
    public static Refusal NoPlace(ConsentState? state, PartnerId partner, Purpose purpose)
    {
        var refusal = state switch
        {
            ConsentState.Given or ConsentState.Renewed => new Refusal(RefusalReason.ConsentInForce, "The consent is in force; WithdrawConsent takes it back."),
            ConsentState.Refused => new Refusal(RefusalReason.ConsentWasRefused, "The member said no; only the member can change that, with GiveConsent."),
            ConsentState.Requested => new Refusal(RefusalReason.ConsentRequested, "The member has been asked and has not answered yet."),
            _ => new Refusal(RefusalReason.ConsentNotFound, "No consent for this partner and purpose is there to be changed so; ListConsents shows the member theirs."),
        };
        return refusal.With("partner_id", partner.Value).With("purpose", purpose.Name());
    }
}
