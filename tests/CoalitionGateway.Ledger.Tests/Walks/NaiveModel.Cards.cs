using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>A number that leads to a membership, until another number replaces it.</summary>
internal sealed record ModelCard(string Number, MembershipId Membership, DateTime EndTime);

/// <summary>Where members earn: the cards by which brands know them, and the programmes that they chose.</summary>
internal sealed partial class NaiveModel
{
    private readonly List<ModelCard> _cards =
        [.. WalkWorld.Numbers.Select(found => new ModelCard(found.Number, WalkWorld.NumberedBy(found.Number).Membership, DateTime.MaxValue))];

    private readonly List<(MemberId Member, PartnerId Partner, DateTime From, ProgrammeId Programme)> _choices =
        [(Given.Bo, Given.Aurora, DateTime.MinValue, Given.Stars)];

    // Whether the code for the second card can still be used.
    private bool _hasCode = true;

    /// <summary>The membership to which a card leads at a time; null: to none.</summary>
    private MembershipId? CardAt(string number, DateTime time)
    {
        var card = _cards.Find(found => found.Number == number);
        var isOver = card is not null && fault switch
        {
            ModelFault.LostCardStillWorks => false,
            ModelFault.LostCardForgetsThePast => card.EndTime < DateTime.MaxValue,
            _ => time >= card.EndTime,
        };
        return card is null || isOver ? null : Current(card.Membership);
    }

    /// <summary>The membership that earns by a purchase at a time; null: the number leads to none.</summary>
    private MembershipId? EarningOf(PartnerId partner, string number, DateTime time)
    {
        if (CardAt(number, time) is not { } known)
        {
            return null;
        }

        var member = WalkWorld.HolderOf(known);
        var chosen = _choices.Where(choice => choice.Member == member && choice.Partner == partner)
            .Where(choice => choice.From <= time || fault == ModelFault.ChoiceCountsForThePast);
        return chosen.Any() && fault != ModelFault.ForgetsChoices ? WalkWorld.MembershipOf(member, chosen.MaxBy(choice => choice.From).Programme) : known;
    }

    private string Replace(ReplaceMembershipNumber replace, DateTime now)
    {
        if (CardAt(replace.Number, now) is not { } membership)
        {
            return WalkAnswers.Of(RefusalReason.MembershipNotFound);
        }

        if (_cards.Exists(card => card.Number == replace.NewNumber))
        {
            return WalkAnswers.Of(RefusalReason.MembershipNumberTaken);
        }

        Replace(_cards, card => card.Number == replace.Number, card => card with { EndTime = now });
        _cards.Add(new ModelCard(replace.NewNumber, membership, DateTime.MaxValue));
        _hasCode &= membership != WalkWorld.SecondInStars || fault == ModelFault.CodeOutlivesItsCard;
        return WalkAnswers.Done;
    }

    private string Choose(ChooseProgramme choose, DateTime now)
    {
        if (!WalkWorld.Agreements.Contains((choose.PartnerId, choose.ProgrammeId)))
        {
            return WalkAnswers.Of(RefusalReason.AgreementNotFound);
        }

        _choices.RemoveAll(choice => choice.Member == choose.MemberId && choice.Partner == choose.PartnerId && choice.From == now);
        _choices.Add((choose.MemberId, choose.PartnerId, now, choose.ProgrammeId));
        return WalkAnswers.Done;
    }
}
