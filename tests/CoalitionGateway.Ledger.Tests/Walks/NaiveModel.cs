using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>
/// The rules of earning, written once more in the plainest way: every award's points one by one, every number counted anew
/// from all purchases. It reads the Ledger's commands, and runs none of its rules.
/// </summary>
internal sealed partial class NaiveModel(ModelFault fault)
{
    private readonly Dictionary<MembershipId, ModelHolder> _members = WalkWorld.Memberships.ToDictionary(found => found.Membership, _ => new ModelHolder(fault, new ModelPause()));
    private readonly Dictionary<(PoolId Pool, MembershipId Membership), ModelHolder> _shares = [];
    private readonly HashSet<(PoolId Pool, MembershipId Membership)> _left = [];
    private readonly Dictionary<(PartnerId Partner, string Reference), ModelPurchase> _purchases = [];
    private readonly Dictionary<(PartnerId Partner, MembershipId Membership), ModelGiven> _given = [];
    private readonly Dictionary<(ProgrammeId Programme, PartnerId Partner), long> _issued = [];
    private readonly SortedDictionary<(string Programme, string Campaign), long> _budgets = [];

    /// <summary>Executes a command. The answer is in the words of <see cref="WalkAnswers"/>.</summary>
    public string Run(Command command, DateTime now)
    {
        foreach (var holder in _members.Values.Concat(_shares.Values))
        {
            holder.WalkTo(now);
        }

        return command switch
        {
            PublishAgreement publish => Publish(publish, now),
            PublishProgrammeTerms publish => Publish(publish, now),
            PublishCampaign publish => Publish(publish, now),
            CloseBudget close => Close(close, now),
            RecordPurchase purchase => Record(purchase, now),
            ReversePurchase reverse => Reverse(reverse, now),
            RecordReturn made => Record(made, now),
            UndoReturn undo => Undo(undo, now),
            AwardPoints award => Award(award, now),
            AdjustPoints adjust => Adjust(adjust, now),
            MergeMemberships merge => Merge(merge, now),
            ReplaceMembershipNumber replace => Replace(replace, now),
            ChooseProgramme choose => Choose(choose, now),
            InviteMember invite => Invite(invite, now),
            AcceptInvitation accept => Accept(accept, now),
            ActivateCampaign activate => Activate(activate, now),
            CreateTransfer transfer => Transfer(transfer, now),
            CreatePool create => Create(create),
            ContributePoints contribute => Contribute(contribute, now),
            WithdrawPoints withdraw => Withdraw(withdraw, now),
            LeavePool leave => Leave(leave, now),
            PublishReward publish => Publish(publish, now),
            ReservePoints reserve => Reserve(reserve, now),
            CaptureRedemption capture => Capture(capture, now),
            ReleaseRedemption release => Release(release, now),
            DeclineRedemption decline => Decline(decline, now),
            ApproveRedemption approve => Approve(approve, now),
            RefundRedemption refund => Refund(refund, now),
            ClaimReward claim => Claim(claim, now),
            UseVoucher use => Use(use, now),
            ReturnVoucher back => TakeBack(back, now),
            PayOutReward pay => PayOut(pay, now),
            CreatePaymentCode code => MakeCode(code, now),
            SettleLots or SettleInactivity or EndPaymentCode => WalkAnswers.Sweep,
            _ => throw new NotSupportedException(command.Method),
        };
    }

    /// <summary>All that the walk compares, as it is at a time that is not before the last command's.</summary>
    public string Seen(DateTime now)
    {
        var seen = new WalkSight();
        foreach (var (programme, membership) in WalkWorld.Memberships)
        {
            var holder = At(_members[membership], now);
            seen.Add($"{membership} owed", holder.Owed);
            Look(seen, $"{membership}", holder);
            seen.Add($"{programme} breakage", holder.Broken);
            seen.AddInactivity(membership, holder.EndTime > now ? holder.EndTime : null);
            LookAtTiers(seen, programme, membership, now);
        }

        foreach (var ((pool, membership), share) in _shares)
        {
            var holder = At(share, now);
            Look(seen, $"{pool}/{membership}", holder);
            seen.Add($"{WalkWorld.ProgrammeOf(membership)} breakage", holder.Broken);
        }

        foreach (var ((programme, partner), points) in _issued)
        {
            seen.Add($"{programme} issue {partner}", points);
        }

        foreach (var ((programme, campaign), points) in _budgets)
        {
            seen.Add($"{programme} budget {campaign}", points);
        }

        AddSpending(seen);
        AddCounters(seen);
        return seen.ToString();
    }

    private static void Look(WalkSight seen, string holder, ModelHolder points)
    {
        foreach (var piece in points.Pieces)
        {
            seen.Add(WalkSight.NameOf(holder, piece.Term.Usable, piece.Term.Expires), piece.Points);
        }
    }

    private ModelHolder At(ModelHolder holder, DateTime now)
    {
        var copy = holder.Copy();
        if (fault != ModelFault.KeepsExpiredUntilSwept)
        {
            copy.WalkTo(now);
        }

        return copy;
    }

    /// <summary>Counts anew, for each rule and period, what the purchases used.</summary>
    private void AddCounters(WalkSight seen)
    {
        foreach (var (membership, rule, period) in _purchases.Values.SelectMany(made => made.Counted.Select(key => (made.Membership, key.Rule, key.Period))).Distinct())
        {
            seen.AddCounter(membership, rule, period, UsedPoints(membership, rule, period), UsedCount(membership, rule, period));
        }

        foreach (var (membership, campaign) in _purchases.Values.SelectMany(made => made.Visits.Select(visit => (made.Membership, visit.Campaign))).Distinct())
        {
            var visits = VisitsOf(membership, campaign);
            seen.AddCounter(membership, $"{campaign}/visits", "", visits.Sum(visit => visit.Gain), visits.Count);
        }

        AddWaiting(seen);
        AddBought(seen);

        var limits = _gifts.SelectMany(gift => gift.Counted.Select(key => (gift.Membership, key.Rule, key.Period)));
        foreach (var (membership, rule, period) in limits.Distinct())
        {
            seen.AddCounter(membership, rule, period, UsedPoints(membership, rule, period), UsedCount(membership, rule, period));
        }

        var climbing = _purchases.Values.Where(made => made.Climbs is not null);
        foreach (var made in climbing.GroupBy(made => (made.Membership, made.Climbs!.Value.Period)))
        {
            seen.AddCounter(made.Key.Membership, "/tier", made.Key.Period, made.Sum(CountsNow), made.Count(one => !one.IsOver));
        }
    }

    private long UsedPoints(MembershipId membership, string rule, string period)
    {
        var counting = _purchases.Values.Where(made => made.Membership == membership && made.Counted.Contains((rule, period)));
        var used = counting.Sum(made => made.PointsOf(rule, withTaken: fault == ModelFault.KeepsCapUsedAfterReturn));
        return used + GiftsOf(membership, rule, period).Sum(gift => gift.Points);
    }

    private long UsedCount(MembershipId membership, string rule, string period)
    {
        var counting = _purchases.Values.Where(made => made.Membership == membership && made.Counted.Contains((rule, period)));
        var used = counting.Count(made => made.CountsFor(rule, fault) || fault == ModelFault.KeepsCountAfterReturn);
        return used + GiftsOf(membership, rule, period).Sum(gift => gift.Count);
    }

    private List<ModelVisit> VisitsOf(MembershipId membership, string campaign) =>
    [
        .. _purchases.Values.Where(made => made.Membership == membership && (made.CountsFor(campaign, fault) || fault == ModelFault.CountsReturnedVisits))
            .SelectMany(made => made.Visits).Where(visit => visit.Campaign == campaign),
    ];

    private ModelGiven GivenBy(PartnerId partner, MembershipId membership)
    {
        if (!_given.TryGetValue((partner, membership), out var given))
        {
            _given[(partner, membership)] = given = new ModelGiven();
        }

        return given;
    }

    private void Issue(ProgrammeId programme, PartnerId partner, long points) => _issued[(programme, partner)] = _issued.GetValueOrDefault((programme, partner)) - points;

    private void ChangeBudget(ProgrammeId programme, string campaign, long points) =>
        _budgets[(programme.Value, campaign)] = _budgets.GetValueOrDefault((programme.Value, campaign)) + points;
}
