using CoalitionGateway.Ledger.Earning;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>Points without a purchase, and the limits that they use.</summary>
/// <param name="Count">0: the points belong to a purchase that is counted already.</param>
internal sealed record ModelGift(MembershipId Membership, HashSet<(string Rule, string Period)> Counted, long Points, long Count = 1);

/// <summary>Points that a brand gives without a purchase, and adjustments.</summary>
internal sealed partial class NaiveModel
{
    private readonly List<ModelGift> _gifts = [new(WalkWorld.PaidBefore.MembershipId, [("/referral", "")], WalkWorld.PaidBefore.Points)];
    private readonly HashSet<(PartnerId Partner, string Reference)> _gifted = [];

    private IEnumerable<ModelGift> GiftsOf(MembershipId membership, string rule, string period) =>
        _gifts.Where(gift => gift.Membership == membership && gift.Counted.Contains((rule, period)));

    private string Award(AwardPoints award, DateTime now)
    {
        if (_gifted.Contains((award.PartnerId, award.Reference)))
        {
            return WalkAnswers.Of(RefusalReason.PurchaseReferenceTaken);
        }

        if (CardAt(award.Number, now) is not { } membership)
        {
            return WalkAnswers.Of(RefusalReason.MembershipNotFound);
        }

        var programme = WalkWorld.ProgrammeOf(membership);
        var (rules, days) = (RulesAt(programme, now), WalkWorld.DaysOf(programme));
        var day = (fault == ModelFault.AwardDayInUtc ? WalkWorld.Utc : days).DayOf(now);
        if (award.ActivityId.Length == 0)
        {
            return Limited(award, membership, programme, day, now)
                ?? Give(award, membership, programme, award.AmountPoints, award.AmountPoints, LimitOf(award, day), now);
        }

        if (rules.Activities.SingleOrDefault(found => found.Id == award.ActivityId) is not { } activity)
        {
            return WalkAnswers.Of(RefusalReason.ActivityNotFound);
        }

        var rule = $"/activity/{activity.Id}";
        var gets = fault == ModelFault.IgnoresActivityCap ? activity.Points : Cut(activity.Points, activity.Caps, membership, rule, day);
        var counted = activity.Caps.Select(cap => PeriodOf(cap.Period, day)).OfType<string>().Select(period => (rule, period)).ToHashSet();
        return Give(award, membership, programme, activity.Points, gets, counted, now);
    }

    /// <summary>The refusal of an amount that the agreement does not allow; null if it does.</summary>
    private string? Limited(AwardPoints award, MembershipId membership, ProgrammeId programme, DateOnly day, DateTime now)
    {
        if (AgreementAt(award.PartnerId, programme, now) is not { } agreement)
        {
            return WalkAnswers.Of(RefusalReason.AgreementNotFound);
        }

        var (rule, period) = LimitOf(award, day).Single();
        var most = IsOpening(award) ? agreement.AwardLimits.OpeningPoints : agreement.AwardLimits.PointsPerDay;
        var isOver = UsedPoints(membership, rule, period) + award.AmountPoints > most;
        return isOver && fault != ModelFault.IgnoresAwardLimit ? WalkAnswers.Of(RefusalReason.AwardLimitReached) : null;
    }

    private bool IsOpening(AwardPoints award) => award.Reason == AwardReason.OpeningBalance && fault != ModelFault.OpeningUsesDayLimit;

    private HashSet<(string Rule, string Period)> LimitOf(AwardPoints award, DateOnly day) =>
        [IsOpening(award) ? ("/opening", "") : ("/award", day.ToString("yyyy-MM-dd"))];

    private string Give(
        AwardPoints award, MembershipId membership, ProgrammeId programme, long wants, long gets,
        HashSet<(string Rule, string Period)> counted, DateTime now)
    {
        var (rules, days) = (RulesAt(programme, now), WalkWorld.DaysOf(programme));
        var term = TermOf(rules, days.DayOf(now), days);
        var own = fault == ModelFault.OpeningExpiresByTerms ? null : award.ExpireTime;
        term = new ModelTerm(fault == ModelFault.AwardsArePending ? term.Usable : null, own ?? term.Expires);
        if (fault == ModelFault.AwardsUseProgrammeCap)
        {
            var periods = rules.Caps.Select(cap => PeriodOf(cap.Period, days.DayOf(now))).OfType<string>();
            counted.UnionWith(periods.Select(period => ("", period)));
        }

        _gifted.Add((award.PartnerId, award.Reference));
        if (gets > 0)
        {
            _gifts.Add(new ModelGift(membership, counted, gets));
        }

        BeActiveByAward(membership, programme, now);
        Issue(programme, award.PartnerId, gets);
        GivenBy(award.PartnerId, membership).Given += fault == ModelFault.ReturnsTakeAwards ? gets : 0;
        var settled = _members[membership].Add(award.Reference, term, gets, now);
        return WalkAnswers.Given(gets, fault == ModelFault.ForgetsActivityWithheld ? 0 : wants - gets, settled, 0);
    }

    private string Adjust(AdjustPoints adjust, DateTime now)
    {
        if (CardAt(adjust.Number, now) is not { } membership)
        {
            return WalkAnswers.Of(RefusalReason.MembershipNotFound);
        }

        var (holder, days) = (_members[membership], WalkWorld.DaysOf(adjust.ProgrammeId));
        var term = TermOf(RulesAt(adjust.ProgrammeId, now), days.DayOf(now), days);
        term = fault switch
        {
            ModelFault.AdjustmentIsPlain => default,
            ModelFault.AdjustmentIsPending => term,
            _ => term with { Usable = null },
        };
        if (adjust.AmountPoints > 0)
        {
            Issue(adjust.ProgrammeId, WalkWorld.OwnerOf(adjust.ProgrammeId), adjust.AmountPoints);
            return WalkAnswers.Given(adjust.AmountPoints, 0, holder.Add("adjustment", term, adjust.AmountPoints, now), 0);
        }

        var (takes, owed) = (-adjust.AmountPoints, holder.Owed);
        takes = fault == ModelFault.AdjustmentForgivesDebt ? Math.Min(takes, holder.Pieces.Sum(piece => piece.Points)) : takes;
        holder.TakeBack(takes);
        Issue(adjust.ProgrammeId, WalkWorld.OwnerOf(adjust.ProgrammeId), -takes);
        return WalkAnswers.Given(adjust.AmountPoints, 0, 0, holder.Owed - owed);
    }
}
