using System.Numerics;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>Returns, with and without their purchase.</summary>
internal sealed partial class NaiveModel
{
    private string Reverse(ReversePurchase reverse, DateTime now)
    {
        if (!_purchases.TryGetValue((reverse.PartnerId, reverse.Reference), out var made) || made.IsReturn)
        {
            return WalkAnswers.Of(RefusalReason.PurchaseNotFound);
        }

        var open = made.Amount.Micros - made.ReturnedMicros;
        var micros = reverse.Amount?.Micros ?? open;
        if (reverse.Amount is { } amount && amount.CurrencyCode != made.Amount.CurrencyCode)
        {
            return WalkAnswers.Of(RefusalReason.CurrencyMismatch);
        }

        if (micros > open || open == 0)
        {
            return WalkAnswers.Of(RefusalReason.ReturnExceedsPurchase);
        }

        var losses = made.Awards.Select(award => LossOf(award, made, made.ReturnedMicros + micros) - award.Taken).ToList();
        var own = made.Awards.Zip(losses).Where(pair => !pair.First.IsOfBudget).Sum(pair => pair.Second);
        var given = GivenBy(made.Partner, made.Membership);
        if (own > given.Left)
        {
            return WalkAnswers.Of(RefusalReason.ReturnExceedsGiven);
        }

        given.Taken += own;
        made.ReturnedMicros += micros;
        made.IsOver = made.ReturnedMicros == made.Amount.Micros;
        if (made.IsOver && fault == ModelFault.ReturnEndsTier)
        {
            _tiers.RemoveAll(tier => tier.Membership == made.Membership && tier.From == made.Time);
        }

        for (var i = 0; i < losses.Count; i++)
        {
            made.Awards[i].Taken += losses[i];
            Refund(made, made.Awards[i], losses[i], now);
        }

        var (holder, taken, ofBreakage) = (_members[made.Membership], losses.Sum(), 0L);
        foreach (var (award, loss) in made.Awards.Zip(losses))
        {
            ofBreakage += TakeLapsed(made, award, loss, now);
        }

        var owed = holder.Owed;
        holder.TakeBack(taken - ofBreakage, [.. made.Awards.Zip(losses, (award, loss) => (made.TermOf(award).At(now), loss))]);
        return WalkAnswers.Reversed(taken, holder.Owed - owed, ofBreakage);
    }

    /// <summary>The points that an award has lost in all once so much of the purchase is returned.</summary>
    private long LossOf(ModelAward award, ModelPurchase made, long returnedMicros)
    {
        if (award.IsKept && fault != ModelFault.TakesKeptAward)
        {
            return 0;
        }

        if (award.Waiting > 0)
        {
            return LossOfActivated(award, made, returnedMicros);
        }

        if (award.Rule is { Effect: CampaignEffect.Bands, Filter.Categories.Count: 0 } && fault != ModelFault.ReturnsBandInProportion)
        {
            var anew = ModelPoints.OfBand(award.Rule, made.Amount.Micros - made.PaidMicros - returnedMicros);
            return award.Points - Math.Min(award.Points, anew);
        }

        var exact = (BigInteger)award.Points * returnedMicros;
        return (long)((fault == ModelFault.RoundsReturnUp ? exact + made.Amount.Micros - 1 : exact) / made.Amount.Micros);
    }

    /// <summary>Takes points from breakage: where they ended, before or after a merge.</summary>
    private long TakeLapsed(ModelPurchase made, ModelAward award, long points, DateTime now)
    {
        var (expires, given) = (made.TermOf(award).Expires, award.Paid?.Time ?? made.RecordTime);
        if (made.Origin is not { } origin)
        {
            return _members[made.Membership].TakeLapsed(expires, given, now, points);
        }

        var (into, merged) = _merged[origin];
        return _members[origin].Ended(expires, given)
            ? _members[origin].TakeLapsed(expires, given, now, points)
            : _members[into].TakeLapsed(expires, merged > given ? merged : given, now, points);
    }

    /// <summary>An activation paid for what was not returned then, so only later returns take something.</summary>
    private long LossOfActivated(ModelAward award, ModelPurchase made, long returnedMicros)
    {
        var before = fault == ModelFault.ReturnForgetsWhatWasReturnedBefore ? 0 : award.Paid?.ReturnedMicros ?? returnedMicros;
        return returnedMicros <= before ? 0 : (long)((BigInteger)award.Points * (returnedMicros - before) / (made.Amount.Micros - before));
    }

    private void Refund(ModelPurchase made, ModelAward award, long points, DateTime now)
    {
        var latest = award.IsOfBudget ? LatestOf(made.Programme, award.Campaign)!.Rule : null;
        if (latest is not null && now < latest.UntilTime && fault != ModelFault.NeverRefillsBudget)
        {
            ChangeBudget(made.Programme, award.Campaign, points);
        }
        else
        {
            Issue(made.Programme, latest?.PayerId ?? made.Partner, -points);
        }
    }

    private string Record(RecordReturn made, DateTime now)
    {
        var (refusal, membership, programme) = Refuses(made.PartnerId, made.Reference, made.Number, made.Amount, made.ReturnTime, now);
        if (refusal is not null)
        {
            return refusal;
        }

        var agreement = AgreementAt(made.PartnerId, programme, made.ReturnTime)!;
        var taken = ModelPoints.Base(agreement.Terms, made.Amount, [], 0, fault);
        var given = GivenBy(made.PartnerId, membership);
        var takenToday = given.Day == now.Date ? given.DayPoints : 0;
        var most = agreement.UnlinkedReturns.MaxPointsPerDay;
        if ((taken > given.Left && !agreement.UnlinkedReturns.AllowDebt) || (most > 0 && taken > Math.Max(0, most - takenToday)))
        {
            return WalkAnswers.Of(RefusalReason.ReturnExceedsGiven);
        }

        var ofGiven = Math.Min(taken, given.Left);
        var holder = _members[membership];
        var owed = holder.Owed;
        var pieces = holder.TakeBack(taken);
        _purchases.Add((made.PartnerId, made.Reference), new ModelPurchase(made.PartnerId, made.Reference, true, membership, programme, made.Amount)
        {
            TakenPieces = pieces, TakenPoints = taken, TakenOfGiven = ofGiven,
        });
        if (taken > 0)
        {
            (given.Taken, given.Day, given.DayPoints) = (given.Taken + ofGiven, now.Date, takenToday + taken);
        }

        Issue(programme, made.PartnerId, -taken);
        return WalkAnswers.Reversed(taken, holder.Owed - owed, 0);
    }

    private string Undo(UndoReturn undo, DateTime now)
    {
        if (!_purchases.TryGetValue((undo.PartnerId, undo.Reference), out var made) || !made.IsReturn || made.IsOver)
        {
            return WalkAnswers.Of(RefusalReason.ReturnNotFound);
        }

        made.IsOver = true;
        GivenBy(made.Partner, made.Membership).Taken -= made.TakenOfGiven;
        Issue(made.Programme, made.Partner, made.TakenPoints);
        var holder = _members[made.Membership];
        var ofLots = made.TakenPieces.Where(piece => piece.Term != default && fault != ModelFault.UndoneReturnIsPlain).ToList();

        // Plain points and what had become debt come back first.
        holder.Add(undo.Reference, default, made.TakenPoints - ofLots.Sum(piece => piece.Points), now);
        foreach (var piece in ofLots)
        {
            holder.Add(undo.Reference, piece.Term, piece.Points, now);
        }

        return WalkAnswers.Done;
    }
}
