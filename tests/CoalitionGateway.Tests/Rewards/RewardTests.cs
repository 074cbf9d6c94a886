using CoalitionGateway.Tests.Rules;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Rewards;

/// <summary>Rewards of alpha's catalogue, from the operator to the till.</summary>
public sealed class RewardTests : IAsyncLifetime
{
    private readonly RuledCoalition _ruled = new();

    private TestPartner Alpha => _ruled.Alpha;

    public async ValueTask InitializeAsync() => await _ruled.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        _ruled.Verify();
        return _ruled.DisposeAsync();
    }

    [Fact]
    public async Task Reward_IsClaimedInTheApp_AndGivenOnceAtTwoTills()
    {
        await Publish("coffee", 150, reward => reward.StockCount = 5);
        var member = await Member(1000);
        var request = new ClaimRewardRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, RewardId = "coffee" };
        var voucher = (await member.Client.Rewards.ClaimRewardAsync(request)).Voucher;
        Assert.Equal(voucher, (await member.Client.Rewards.ClaimRewardAsync(request)).Voucher);
        Assert.Equal(850, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
        Assert.Equal(voucher, (await member.Client.Rewards.ListVouchersAsync(new ListVouchersRequest())).Vouchers.Single());

        var uses = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            try
            {
                return (await Alpha.Client.Rewards.UseVoucherAsync(Use(voucher.VoucherCode.ToLowerInvariant()))).Texts.Single().Name;
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.FailedPrecondition)
            {
                return "used";
            }
        }));

        Assert.Equal(["coffee", "used", "used", "used", "used"], uses.Order());
        var used = (await member.Client.Rewards.ListVouchersAsync(new ListVouchersRequest())).Vouchers.Single();
        Assert.Equal(("alpha", 4), (used.UsedBy, (await List()).Single().LeftCount));
        Assert.Equal("You claimed a reward for 150 points.", (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId })).Movements[0].Sentence);
        await Refusals.Refused(StatusCode.NotFound, "VOUCHER_NOT_FOUND", () => _ruled.Beta.Client.Rewards.UseVoucherAsync(Use(voucher.VoucherCode)));
    }

    /// <summary>Many members at once: the stock is exact.</summary>
    [Fact]
    public async Task Stock_ManyMembersAtOnce_IsExact()
    {
        await Publish("coffee", 10, reward => reward.StockCount = 3);
        var members = new List<TestMember>();
        for (var i = 0; i < 8; i++)
        {
            members.Add(await Member(10));
        }

        var claims = await Task.WhenAll(members.Select(async member =>
        {
            try
            {
                await member.Client.Rewards.ClaimRewardAsync(Claim("coffee"));
                return 1;
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.FailedPrecondition)
            {
                return 0;
            }
        }));
        Assert.Equal((3, 0), (claims.Sum(), (await List()).Single().LeftCount));
    }

    [Fact]
    public async Task IdentifyMember_TellsTheTillWhatTheMemberCouldUse_AndNothingOfOtherProgrammes()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { Spending = new SpendingRule { StepPoints = 100, MaxBillPercent = 50, ReservationMinutes = 5 } });
        await Publish("coffee", 150, reward => reward.MaxPerMember = 1);
        await Publish("cake", 300, _ => { });
        await Publish("trip", 5000, _ => { });
        await Publish("past", 1, reward => reward.UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(-1)));
        await _ruled.Campaign(Alpha, new Campaign { CampaignId = "double", Effect = CampaignEffect.Percent, Amount = 100 });
        var member = await _ruled.Coalition.Member(Alpha, _ruled.Beta);
        await RuledCoalition.Buy(_ruled.Beta, member, 7000);
        await RuledCoalition.Buy(Alpha, member, 230);

        var found = await Identify(member);

        Assert.Equal((460, 400, 4_000_000), (found.Balance.AvailablePoints, found.SpendablePoints, found.SpendableValue.Micros));
        Assert.Equal(["cake", "coffee"], found.Rewards.Select(reward => reward.Texts.Single().Name));
        Assert.Equal(("trip", 4540), (found.NextReward.RewardId, found.NextReward.MissingPoints));
        Assert.Equal(["double"], found.CampaignIds);
        await member.Client.Rewards.ClaimRewardAsync(Claim("coffee"));
        found = await Identify(member);
        Assert.Equal(["cake"], found.Rewards.Select(reward => reward.RewardId));
    }

    [Fact]
    public async Task PublishReward_Again_HoldsAtOnce_AndListRewardsTellsTheLatestVersion()
    {
        await Publish("coffee", 150, _ => { });
        Assert.Equal(2, (await Publish("coffee", 200, reward => reward.Texts.Add(new RewardText { Language = "lv", Name = "Kafija" }))).Version);
        var listed = (await List()).Single();
        Assert.Equal((200, 2, "Kafija"), (listed.PricePoints, listed.Version, listed.Texts[1].Name));
        var member = await Member(180);
        await Refusals.Refused(StatusCode.FailedPrecondition, "INSUFFICIENT_POINTS", () => member.Client.Rewards.ClaimRewardAsync(Claim("coffee")));
    }

    /// <summary>A page has the latest versions only, and a page of claimable rewards is full although others lie between them.</summary>
    [Fact]
    public async Task ListRewards_ByPages_HasEachRewardOnceInItsLatestVersion()
    {
        foreach (var i in Enumerable.Range(0, 7))
        {
            await Publish($"r-{i}", 10, _ => { });
            await Publish($"r-{i}", 20 + i, reward => reward.UntilTime = i % 3 == 1 ? Timestamp.FromDateTime(DateTime.UtcNow.AddDays(-1)) : reward.UntilTime);
        }

        Assert.Equal(["r-0 20, r-1 21, r-2 22", "r-3 23, r-4 24, r-5 25", "r-6 26"], await Pages(3, claimable: false));
        Assert.Equal(["r-0 20, r-2 22", "r-3 23, r-5 25", "r-6 26"], await Pages(2, claimable: true));
    }

    private async Task<IReadOnlyList<string>> Pages(int size, bool claimable)
    {
        var (pages, token) = (new List<string>(), "");
        do
        {
            var page = await Alpha.Client.Rewards.ListRewardsAsync(new ListRewardsRequest { ProgrammeId = Alpha.ProgrammeId, PageSize = size, PageToken = token, Claimable = claimable });
            pages.Add(string.Join(", ", page.Rewards.Select(reward => $"{reward.RewardId} {reward.PricePoints}")));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return pages;
    }

    /// <summary>Each place that shows the reward shows the money; a later price does not reach a voucher.</summary>
    [Fact]
    public async Task Reward_ForPointsAndMoney_TellsTheTillWhatTheMemberPays()
    {
        var two = TestCoalition.Euro(2);
        await Publish("coffee", 150, reward => reward.PriceMoney = two);
        var member = await Member(400);
        Assert.Equal(two, (await List()).Single().PriceMoney);
        Assert.Equal(two, (await Identify(member)).Rewards.Single().PriceMoney);
        var voucher = (await member.Client.Rewards.ClaimRewardAsync(Claim("coffee"))).Voucher;
        await Publish("coffee", 150, reward => reward.PriceMoney = TestCoalition.Euro(9));
        Assert.Equal((two, two), (voucher.PriceMoney, (await member.Client.Rewards.ListVouchersAsync(new ListVouchersRequest())).Vouchers.Single().PriceMoney));
        Assert.Equal(250, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
        var seen = await Alpha.Client.Rewards.GetVoucherAsync(new GetVoucherRequest { VoucherCode = voucher.VoucherCode });
        Assert.Equal((two, two), (seen.PriceMoney, seen.Reward.PriceMoney));
        Assert.Equal(two, (await Alpha.Client.Rewards.UseVoucherAsync(Use(voucher.VoucherCode))).PriceMoney);
        await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => Publish("gift", 500, reward =>
            (reward.PriceMoney, reward.Payout) = (two, new Payout { LeastPoints = 500 })));
    }

    private async Task<TestMember> Member(long points)
    {
        var member = await _ruled.Coalition.Member(Alpha);
        await RuledCoalition.Buy(Alpha, member, points);
        return member;
    }

    private ClaimRewardRequest Claim(string reward) => new() { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId, RewardId = reward };

    private static UseVoucherRequest Use(string code) => new() { RequestId = RequestIds.New(), VoucherCode = code };

    private async Task<IReadOnlyList<Reward>> List() => (await Alpha.Client.Rewards.ListRewardsAsync(new ListRewardsRequest { ProgrammeId = Alpha.ProgrammeId })).Rewards;

    private async Task<IdentifyMemberResponse> Identify(TestMember member) =>
        await Alpha.Client.Rewards.IdentifyMemberAsync(new IdentifyMemberRequest { MembershipNumber = member.Numbers[Alpha.ProgrammeId] });

    private async Task<Reward> Publish(string id, long price, Action<Reward> change)
    {
        var reward = new Reward
        {
            ProgrammeId = Alpha.ProgrammeId, RewardId = id, PricePoints = price, Texts = { new RewardText { Language = "en", Name = id } }, FromTime = TestCoalition.Past,
            UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)), VoucherDays = 30,
        };
        change(reward);
        return (await _ruled.Coalition.Gateway.Operator.Rewards.PublishRewardAsync(new PublishRewardRequest { RequestId = RequestIds.New(), Reward = reward })).Reward;
    }
}
