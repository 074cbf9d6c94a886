using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Tiers;

namespace CoalitionGateway.Ledger.Tests.Rewards;

/// <summary>Ada has 1,000 points of the Beanery, and a coffee costs 150.</summary>
public sealed class RewardTests
{
    private static readonly RewardRule _coffee = new(150, [new RewardText("en", "A coffee")], null, Given.Now, Given.Now.AddDays(30), 0, 0, 10, [], []);
    private readonly MemoryJournal _journal = new(new MemoryStore());
    private DateTime _now = Given.Now;
    private int _id;

    public RewardTests()
    {
        _journal.Commit(
            Given.Partner(Given.Beanery), Given.Programme(Given.Stars, Given.Beanery), Given.Partner(Given.Aurora), Given.Programme(Given.Miles, Given.Aurora),
            new MembershipNumber(Given.Stars, "S-1", Given.AdaInStars, []), Given.Membership(Given.AdaInStars, Given.Stars, Given.Ada),
            Account.Open(AccountRef.Points(Given.Stars, Given.AdaInStars)).Add(1000), Account.Open(AccountRef.Issue(Given.Stars, Given.Beanery)).Add(-1000));
        Publish(_coffee);
    }

    [Fact]
    public void Claim_TakesThePrice_AndTheVoucherLastsToTheEndOfADay()
    {
        var made = Claim("code");
        Assert.Equal(850, Points());
        Assert.Equal(150, Balance(AccountRef.Redeemed(Given.Stars, Given.Beanery)));
        Assert.Equal(new DateTime(2026, 3, 12, 0, 0, 0, DateTimeKind.Utc), made.ExpireTime);
    }

    /// <summary>Two tills at once: one wins, also in one batch.</summary>
    [Fact]
    public void Voucher_AtTwoTillsAtOnce_IsUsedOnce()
    {
        Claim("code");
        var answers = _journal.Run([Using("code"), Using("code")], _now);
        Assert.IsType<VoucherUsed>(answers[0].Event);
        Assert.Equal($"VoucherUsed(voucher_code) use_time={_now:O}", Outcome.Of(answers[1].Refusal!));
    }

    [Fact]
    public void Voucher_WrongCodeOtherBrandOrTooLate_IsRefused()
    {
        var end = Claim("code").ExpireTime;
        Assert.Equal("VoucherNotFound(voucher_code)", Refused(Using("other")));
        Assert.Equal("VoucherNotFound(voucher_code)", Refused(Using("code", Given.Aurora)));
        _now = end;
        Assert.Equal($"VoucherExpired(voucher_code) expire_time={end:O}", Refused(Using("code")));
        _now = end.AddTicks(-10);
        Run<VoucherUsed>(Using("code"));
    }

    /// <summary>The version that was claimed says who honours the voucher, also after a later version.</summary>
    [Fact]
    public void Voucher_OfAnEarlierVersion_IsHonouredAsWhenItWasClaimed()
    {
        Publish(_coffee with { Partners = [Given.Aurora] });
        Claim("code");
        Publish(_coffee with { PricePoints = 900, UntilTime = _now.AddDays(1) });
        Assert.Equal("VoucherNotFound(voucher_code)", Refused(Using("code")));
        Run<VoucherUsed>(Using("code", Given.Aurora));
        Assert.Equal("VoucherNotFound(voucher_code)", Refused(Using("code")));
        Assert.Equal("InsufficientPoints(reward_id) available_points=850 transferable_points=850 missing_points=50", Refused(Claiming("next")));
    }

    /// <summary>A brand is not told when another one took a voucher.</summary>
    [Fact]
    public void Voucher_ThatAnotherBrandTook_IsRefusedWithoutTheTime()
    {
        Publish(_coffee with { Partners = [Given.Aurora, Given.Beanery] });
        Claim("code");
        Run<VoucherUsed>(Using("code", Given.Aurora));
        Assert.Equal("VoucherUsed(voucher_code)", Refused(Using("code")));
        Assert.Equal($"VoucherUsed(voucher_code) use_time={_now:O}", Refused(Using("code", Given.Aurora)));
    }

    [Fact]
    public void Stock_GivesExactlySoMany_AlsoInOneBatch_AndALaterVersionCannotTakeSomeBack()
    {
        Publish(_coffee with { StockCount = 2 });
        var answers = _journal.Run([Claiming("1"), Claiming("2"), Claiming("3")], _now);
        Assert.Equal(["RewardClaimed", "RewardClaimed", "RewardSoldOut"], answers.Select(answer => answer.Event?.GetType().Name ?? answer.Refusal!.Reason.ToString()));
        Assert.Equal(700, Points());
        Assert.Equal("StockGiven(reward.stock_count) claimed_count=2", Refused(new PublishReward(Next(), Given.Stars, "coffee", _coffee with { StockCount = 1 })));
        Publish(_coffee with { StockCount = 3 });
        Claim("4");
        Assert.Equal("RewardSoldOut(reward_id) reward_id=coffee", Refused(Claiming("5")));
    }

    [Fact]
    public void Limit_PerMember_CountsClaims()
    {
        Publish(_coffee with { MaxPerMember = 1 });
        Claim("1");
        Assert.Equal("RewardLimitReached(reward_id) max_per_member=1", Refused(Claiming("2")));
    }

    [Fact]
    public void Claim_OutsideOfItsTimeOrTier_IsRefused()
    {
        Assert.Equal("MembershipNotFound(programme_id) needed programme_id=bean-stars", Refused(new ClaimReward(Next(), Given.Bo, Given.Stars, "coffee", null, "x")));
        Assert.Equal("RewardNotFound(reward_id) reward_id=tea", Refused(new ClaimReward(Next(), Given.Ada, Given.Stars, "tea", null, "x")));
        _now = _coffee.FromTime.AddTicks(-10);
        Assert.Equal("RewardNotFound(reward_id) reward_id=coffee", Refused(Claiming("x")));
        _now = _coffee.UntilTime;
        Assert.Equal("RewardNotFound(reward_id) reward_id=coffee", Refused(Claiming("x")));
        _now = Given.Now;
        Publish(_coffee with { TierIds = ["gold"] });
        Assert.Equal("RewardNotFound(reward_id) reward_id=coffee", Refused(Claiming("x")));
        Run<ProgrammeTermsPublished>(new PublishProgrammeTerms(Next(), Given.Stars, new ProgrammeRules(LotRule.None, [])
        {
            Tiers = new TierRule(TierMeasure.Points, "", 1, 12, [new TierLevel("gold", 1, 100, false, false)]),
        }));
        _journal.Commit(new TierHeld(Given.AdaInStars, "gold", _now.AddDays(-1), _now.AddDays(1)));
        Claim("y");
    }

    [Fact]
    public void Claim_FromAPool_TakesTheOwnShareAndNeverMore()
    {
        var share = AccountRef.PoolShare(Given.Stars, Given.Family, Given.AdaInStars);
        Assert.Equal($"PoolNotFound(pool_id) pool_id={Given.Family}", Refused(Claiming("x", Given.Family)));
        _journal.Commit(
            new Pool(Given.Family, Given.Stars, Given.Now), new Participant(Given.Family, Given.AdaInStars, new ParticipantId(Given.AdaInStars.Value), null),
            Account.Open(share).Add(200));
        Assert.Equal(Given.Family, Run<RewardClaimed>(Claiming("1", Given.Family)).PoolId);
        Assert.Equal((50, 1000), (Balance(share), Points()));
        Assert.Equal("InsufficientShare(pool_id) share_points=50", Refused(Claiming("2", Given.Family)));

        // A share of another programme's pool pays nothing here.
        var miles = new PoolId(Given.Uuid(0xfb));
        _journal.Commit(
            new Pool(miles, Given.Miles, Given.Now), Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada),
            new Participant(miles, Given.AdaInMiles, new ParticipantId(Given.AdaInMiles.Value), null), Account.Open(AccountRef.PoolShare(Given.Miles, miles, Given.AdaInMiles)).Add(900));
        Assert.Equal($"PoolNotFound(pool_id) pool_id={miles}", Refused(Claiming("3", miles)));
    }

    /// <summary>Whoever was erased may hold the printed code. Nothing leads from the voucher to them.</summary>
    [Fact]
    public void Voucher_AfterAnErasure_StaysValid_AndNamesNobody()
    {
        Claim("code");
        Run<MemberErased>(new EraseMember(Next(), Given.Ada, true, Given.Notice("v1")));
        Assert.Null(Run<VoucherUsed>(Using("code")).MemberId);
    }

    [Fact]
    public void Voucher_OfAReturnableReward_IsGivenBackByItsBrand_AndUsedAgain()
    {
        Publish(_coffee with { IsReturnable = true, Partners = [Given.Aurora, Given.Beanery] });
        Claim("code");
        Assert.Equal("VoucherNotUsed(voucher_code)", Refused(Returning("code")));
        Run<VoucherUsed>(Using("code"));
        Assert.Equal("VoucherNotUsed(voucher_code)", Refused(Returning("code", Given.Aurora)));
        Assert.Equal("VoucherNotFound(voucher_code)", Refused(Returning("other")));
        var back = Run<VoucherReturned>(Returning("code"));
        Assert.Equal((Given.Ada, new DateTime(2026, 3, 12, 0, 0, 0, DateTimeKind.Utc)), (back.MemberId, back.ExpireTime));
        Assert.Equal("VoucherNotUsed(voucher_code)", Refused(Returning("code")));
        Run<VoucherUsed>(Using("code", Given.Aurora));
        _now = back.ExpireTime;
        Assert.StartsWith("VoucherExpired(voucher_code)", Refused(Returning("code", Given.Aurora)), StringComparison.Ordinal);
    }

    /// <summary>IKEA: goods that were bought with a reward are returned, and the reward is lost.</summary>
    [Fact]
    public void Voucher_OfAnotherReward_IsLostWithTheReturn()
    {
        Claim("code");
        Run<VoucherUsed>(Using("code"));
        Assert.Equal("VoucherNotReturnable(voucher_code) reward_id=coffee", Refused(Returning("code")));
    }

    [Fact]
    public void Voucher_InAnotherChannel_IsRefusedAndStaysUnused()
    {
        Publish(_coffee with { Channels = [SalesChannel.Web, SalesChannel.App] });
        Claim("code");
        Assert.Equal("VoucherOtherChannel(channel) channels=web, app", Refused(Using("code")));
        Run<VoucherUsed>(Using("code", channel: SalesChannel.App));
    }

    /// <summary>A month of a service: the first use begins it, and the same brand gives it again to the end of the last day.</summary>
    [Fact]
    public void Entitlement_BeginsWithTheFirstUse_AndLastsForItsDaysAtOneBrand()
    {
        Publish(_coffee with { EntitlementDays = 30, Partners = [Given.Aurora, Given.Beanery] });
        Claim("code");
        var end = Run<VoucherUsed>(Using("code")).EntitledTime!.Value;
        Assert.Equal(new DateTime(2026, 3, 30, 23, 0, 0, DateTimeKind.Utc), end);
        Assert.Equal("VoucherUsed(voucher_code)", Refused(Using("code", Given.Aurora)));
        _now = end.AddTicks(-10);
        Assert.Equal(end, Run<VoucherUsed>(Using("code")).EntitledTime);
        _now = end;
        Assert.StartsWith("VoucherUsed(voucher_code)", Refused(Using("code")), StringComparison.Ordinal);
    }

    /// <summary>The price is that of the claim, whatever is published since. An entitlement is paid once; a voucher that came back is paid again.</summary>
    [Fact]
    public void Money_BesideThePoints_IsPaidAsItWasClaimed_AtTheFirstUse()
    {
        var (two, nine) = (new Money("EUR", 2_000_000), new Money("EUR", 9_000_000));
        Publish(_coffee with { PriceMoney = two, EntitlementDays = 3 });
        Assert.Equal((two, 150), (Claim("month").PriceMoney, 1000 - Points()));
        Publish(_coffee with { PriceMoney = two, IsReturnable = true });
        Claim("cup");
        Publish(_coffee with { PriceMoney = nine });
        Assert.Equal(nine, Claim("later").PriceMoney);

        Assert.Equal([two, null, null], new[] { "month", "month", "month" }.Select(code => Run<VoucherUsed>(Using(code)).PriceMoney));
        Assert.Equal(two, Run<VoucherUsed>(Using("cup")).PriceMoney);
        Run<VoucherReturned>(Returning("cup"));
        Assert.Equal(two, Run<VoucherUsed>(Using("cup")).PriceMoney);
    }

    [Fact]
    public void Publish_ForAnUnknownProgrammeOrBrand_IsRefused()
    {
        Assert.Equal("ProgrammeNotFound(reward.programme_id) programme_id=none", Refused(new PublishReward(Next(), new ProgrammeId("none"), "coffee", _coffee)));
        Assert.Equal("PartnerNotFound(reward.partner_ids) partner_id=nobody", Refused(new PublishReward(Next(), Given.Stars, "coffee", _coffee with { Partners = [new PartnerId("nobody")] })));
    }

    private CommandContext Next() => Given.Context with { RequestId = Given.Uuid(++_id), EventId = new EventId(Given.Uuid(0x10000 + _id)) };

    private void Publish(RewardRule rule) => Run<RewardPublished>(new PublishReward(Next(), Given.Stars, "coffee", rule));

    private ClaimReward Claiming(string code, PoolId? pool = null) => new(Next(), Given.Ada, Given.Stars, "coffee", pool, code);

    private RewardClaimed Claim(string code) => Run<RewardClaimed>(Claiming(code));

    private UseVoucher Using(string code, PartnerId? partner = null, SalesChannel channel = SalesChannel.Store) => new(Next(), partner ?? Given.Beanery, code, channel);

    private ReturnVoucher Returning(string code, PartnerId? partner = null) => new(Next(), partner ?? Given.Beanery, code);

    private Answer Answer(Command command) => _journal.Run([command], _now).Single();

    private TEvent Run<TEvent>(Command command)
        where TEvent : Event => Outcome.Made<TEvent>(Answer(command));

    private string Refused(Command command) => Outcome.Of(Answer(command).Refusal!);

    private long Points() => Balance(AccountRef.Points(Given.Stars, Given.AdaInStars));

    private long Balance(AccountRef account) => _journal.Store.Rows.OfType<Account>().SingleOrDefault(row => row.Id == account.Id)?.BalancePoints ?? 0;
}
