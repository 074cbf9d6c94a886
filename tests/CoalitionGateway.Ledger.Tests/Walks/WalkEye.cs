using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>Sees what the Ledger's own reads show of a store.</summary>
internal sealed class WalkEye(MemoryStore store, IReadOnlyList<(PoolId Pool, MembershipId Membership)> pools)
{
    private readonly WorkingState _rows = new();

    public string See(DateTime now)
    {
        var sight = Look(now);
        while (_rows.Missing.Count > 0)
        {
            foreach (var key in _rows.Missing.ToArray())
            {
                Load(key);
            }

            sight = Look(now);
        }

        foreach (var row in store.Rows)
        {
            if (row is Account account && NameOf(account) is { } name)
            {
                sight.Add(name, account.BalancePoints);
            }
            else if (row is Counter counter)
            {
                sight.AddCounter(counter.MembershipId, counter.Rule, counter.Period, counter.Points, counter.Count);
            }
            else if (row is WaitingAward { IsPaid: false } waiting)
            {
                sight.AddWaiting(waiting.MembershipId, waiting.CampaignId, waiting.Points);
            }
            else if (row is TierHeld tier)
            {
                sight.AddTier(tier.MembershipId, tier.TierId, tier.FromTime, tier.UntilTime);
            }
        }

        return sight.ToString();
    }

    private static string? NameOf(Account account) => account.Kind switch
    {
        AccountKind.Issue => $"{account.ProgrammeId} issue {account.Name.Split('/')[2]}",
        AccountKind.Budget => $"{account.ProgrammeId} budget {account.Name.Split('/')[2]}",
        AccountKind.Breakage => $"{account.ProgrammeId} breakage",
        AccountKind.Redeemed => $"{account.ProgrammeId} redeemed {account.Name.Split('/')[2]}",
        _ => null,
    };

    private static void AddLots(WalkSight sight, string holder, IReadOnlyList<HeldLot> lots)
    {
        foreach (var lot in lots)
        {
            sight.Add(WalkSight.NameOf(holder, lot.Term.UsableTime, lot.Term.ExpireTime), lot.Points);
        }
    }

    /// <summary>What has expired and is not posted yet counts as breakage already.</summary>
    private static void AddDue(WalkSight sight, LotsDue? due)
    {
        foreach (var line in due?.Posting?.Lines.Where(line => line.Account.Kind == AccountKind.Breakage) ?? [])
        {
            sight.Add($"{due!.ProgrammeId} breakage", line.AmountPoints);
        }
    }

    private static void AddStanding(WalkSight sight, TierStanding? standing, MembershipId membership)
    {
        if (standing is { } own)
        {
            sight.AddStanding(membership, own.Tier?.Id ?? "", own.UntilTime, own.Counted, own.Next?.Id ?? "", own.PeriodEndTime);
        }
    }

    private void Load(Key key)
    {
        switch (key)
        {
            case Lot.ByHolder { Holder: var holder }:
                _rows.LoadSet(key, [.. store.Rows.OfType<Lot>().Where(lot => lot.Holder == holder)]);
                break;
            case Lot.ByMembership { MembershipId: var membership }:
                _rows.LoadSet(key, [.. store.Rows.OfType<Lot>().Where(lot => lot.MembershipId == membership)]);
                break;
            case ProgrammeTerms.ByProgramme { ProgrammeId: var programme }:
                _rows.LoadSet(key, [.. store.Rows.OfType<ProgrammeTerms>().Where(terms => terms.ProgrammeId == programme)]);
                break;
            case TierHeld.ByMembership { MembershipId: var membership }:
                _rows.LoadSet(key, [.. store.Rows.OfType<TierHeld>().Where(tier => tier.MembershipId == membership)]);
                break;
            default:
                _rows.Load(key, store[key]);
                break;
        }
    }

    private WalkSight Look(DateTime now)
    {
        var sight = new WalkSight();
        foreach (var (programme, membership) in WalkWorld.Memberships)
        {
            var holdings = Holdings.Find(_rows, programme, membership, now);
            sight.Add($"{membership} owed", holdings.OwedPoints);
            sight.Add(WalkSight.NameOf($"{membership}", null, null), holdings.AvailablePoints - holdings.Lots.Sum(lot => lot.Points));
            AddLots(sight, $"{membership}", [.. holdings.AllLots]);
            AddDue(sight, holdings.Due);
            sight.AddInactivity(membership, holdings.InactiveTime);
            AddStanding(sight, TierStanding.Find(_rows, Given.Membership(membership, programme, Given.Ada), now), membership);
        }

        foreach (var (pool, membership) in pools)
        {
            var share = HeldShare.Find(_rows, WalkWorld.ProgrammeOf(membership), pool, membership, now);
            sight.Add(WalkSight.NameOf($"{pool}/{membership}", null, null), share.Points - share.Lots.Sum(lot => lot.Points));
            AddLots(sight, $"{pool}/{membership}", share.Lots);
            AddDue(sight, share.Due);
        }

        return sight;
    }
}
