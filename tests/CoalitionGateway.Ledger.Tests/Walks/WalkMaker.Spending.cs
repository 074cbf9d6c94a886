using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Rewards;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>Payments with points, rewards and vouchers.</summary>
internal sealed partial class WalkMaker
{
    private const string _none = "none";
    private static readonly string[] _rewards = ["coffee", "cake"];
    private static readonly string[] _paidOut = ["tens", "teas"];
    private readonly List<string> _paymentCodes = [];

    private Command Spend()
    {
        var paid = Paid();
        if (paid.Reference == _none && _rules.Is(80))
        {
            return _rules.Is(50) ? Purchase() : Reserve();
        }

        long? part = _rules.Is(30) ? null : _rules.Any<long>(1, 10, 30, 60);
        return _random.Next(20) switch
        {
            < 5 => Reserve(),
            < 7 => Purchase(),
            < 10 => new CaptureRedemption(Next(), paid.PartnerId, paid.Reference, part),
            < 11 => _rules.Is(30) ? new ReleaseRedemption(Next(), paid.PartnerId, paid.Reference) : Answering(paid),
            < 12 => _rules.Is(40) ? Return() : Award(),
            < 14 => new RefundRedemption(Next(), paid.PartnerId, paid.Reference, part),
            < 15 => new PublishReward(Next(), _rules.Any(Given.Stars, Given.Stars, Given.Miles), _rules.Any(_rewards), _rules.Reward(Now)),
            < 17 => Claim(),
            _ => Use(),
        };
    }

    /// <summary>Mostly what the other walks do seldom: vouchers, payouts and payment codes.</summary>
    private Command Claims() => _random.Next(20) switch
    {
        < 4 => Purchase(),
        < 5 => _rules.Is(50) ? Award() : Reserve(),
        < 7 => Claim(),
        < 11 => Use(),
        < 12 => new ReturnVoucher(Next(), _rules.Is(60) ? Given.Beanery : Given.Aurora, Code()),
        < 13 => _rules.Is(50)
            ? new PublishReward(Next(), Given.Stars, _rules.Any(_paidOut), _rules.PaidOut(Now))
            : new PublishReward(Next(), Given.Stars, _rules.Any(_rewards), _rules.Reward(Now)),
        < 15 => PayOut(),
        < 17 => MakeCode(),
        _ => _paymentCodes.Count > 0 ? ReserveByCode() : MakeCode(),
    };

    private PayOutReward PayOut()
    {
        var (programme, membership) = _rules.Any([.. WalkWorld.Memberships]);
        var day = WalkWorld.DaysOf(programme).DayOf(Now).AddDays(_rules.Any(0, 0, 0, -1, 1));
        return new PayOutReward(Next(), programme, day, _rules.Any("group/g", "group/g", "tens"), membership, WalkWorld.HolderOf(membership), $"out-{_id}");
    }

    private CreatePaymentCode MakeCode()
    {
        _paymentCodes.Add($"pay-{_id}");
        return new CreatePaymentCode(Next(), _rules.Any(Given.Ada, Given.Bo), _rules.Any(Given.Stars, Given.Stars, Given.Miles), _rules.Any<long>(0, 10, 20), _paymentCodes[^1]);
    }

    /// <summary>A payment with one of the last codes, whether it was used or has ended, at a brand that may take it or not.</summary>
    private ReservePoints ReserveByCode() => Reserve() with
    {
        Number = "", AmountPoints = _rules.Any<long>(5, 5, 10, 25), PartnerId = _rules.Is(65) ? Given.Beanery : Given.Aurora, CodeHash = _rules.Is(60) ? _paymentCodes[^1] : _rules.Any([.. _paymentCodes.TakeLast(3)]),
    };

    private ReservePoints Reserve()
    {
        // Mostly a member who has bought something.
        var (partner, number) = _rules.Is(80) && _made.Count > 0 ? _rules.Any([.. _made.TakeLast(4).Select(made => (made.Partner, made.Number))]) : _rules.Any([.. WalkWorld.Numbers]);
        var pounds = _rules.Any<long>(1, 1, 1000);
        // Often points of several lots.
        var lots = _store.Rows.OfType<Account>().Where(row => row.Kind == AccountKind.Lot && row.BalancePoints > 0 && row.Name.Contains($"{WalkWorld.NumberedBy(number).Membership}", StringComparison.Ordinal));
        var points = lots.Count() > 1 && _rules.Is(60) ? Math.Max(1, lots.Sum(row => row.BalancePoints) - _rules.Any(0, 1, 5)) : _rules.Any<long>(5, 10, 25, 25, 50, 75, 150);
        return new ReservePoints(
            Next(), partner, _rules.Is(93) ? $"P-{_id}" : Paid().Reference, _id % 37 == 0 ? "nobody" : CardOf(number), points, new Money("GBP", pounds * 1_000_000), _rules.Is(40));
    }

    private Command Answering(Redemption paid)
    {
        var member = _rules.Any(Given.Ada, Given.Bo);
        return _rules.Is(70) ? new ApproveRedemption(Next(), member, paid.Id) : new DeclineRedemption(Next(), member, paid.Id);
    }

    private ClaimReward Claim()
    {
        var code = $"code-{_id}";
        var (programme, membership) = _rules.Any([.. _rules.Is(90) ? WalkWorld.Memberships.Take(2) : WalkWorld.Memberships]);
        return new ClaimReward(Next(), WalkWorld.HolderOf(membership), programme, _rules.Any(_rewards), _pools.Count > 0 && _rules.Is(25) ? _rules.Any([.. _pools]).Pool : null, code);
    }

    private Command Use()
    {
        var code = Code();
        if (code == _none && _rules.Is(80))
        {
            return Claim();
        }

        return new UseVoucher(Next(), _rules.Is(75) ? Given.Beanery : Given.Aurora, code, _focus == WalkFocus.Claims ? _rules.Any(SalesChannel.Store, SalesChannel.Store, SalesChannel.App) : SalesChannel.Store);
    }

    /// <summary>The code of one of the last vouchers; one that does not exist, if there are none.</summary>
    private string Code()
    {
        var made = _store.Rows.OfType<Voucher>().OrderBy(row => row.Id.Value).TakeLast(3).Select(row => row.CodeHash).ToArray();
        return made.Length > 0 && _rules.Is(95) ? _rules.Any(made) : _none;
    }

    /// <summary>One of the last payments; one that does not exist, if there are none.</summary>
    private Redemption Paid()
    {
        var made = _store.Rows.OfType<Redemption>().OrderBy(row => row.Id.Value).TakeLast(3).ToArray();
        return made.Length > 0 && _rules.Is(95)
            ? _rules.Any(made)
            : new Redemption(
                Given.Beanery, _none, new EventId(Given.Uuid(7)), Given.Stars, Given.AdaInStars, 1, 0, 0, RedemptionState.Reserved, false, null, Now, Now, "GBP", 1, new RedeemedParts([]));
    }
}
