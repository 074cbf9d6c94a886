using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Bench;

/// <summary>Payments with points of alpha, and a catalogue: one reward that all want, and a thousand others.</summary>
internal sealed partial class Coalition
{
    private const int _rewards = 1000;

    public async Task FoundSpending()
    {
        var (headers, channel) = (Authorized(CallerKind.Operator, Server.Operator), TwoOperators());
        await new RuleService.RuleServiceClient(channel).PublishProgrammeTermsAsync(
            new PublishProgrammeTermsRequest
            {
                RequestId = RequestIds.New(),
                Terms = new ProgrammeTerms { ProgrammeId = "alpha-points", Spending = new SpendingRule { StepPoints = 1, MaxBillPercent = 100, ReservationMinutes = 60 } },
            },
            headers);
        var rewards = new RewardService.RewardServiceClient(channel);
        await Parallel.ForAsync(-1, _rewards, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, cancellation) => await rewards.PublishRewardAsync(
            new PublishRewardRequest
            {
                RequestId = RequestIds.New(),
                Reward = new Reward
                {
                    ProgrammeId = "alpha-points", RewardId = i < 0 ? "hot" : $"cold-{i}", PricePoints = 1, StockCount = 1_000_000_000, VoucherDays = 30,
                    FromTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(-1)), UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(1)),
                    Texts = { new RewardText { Language = "en", Name = "A reward" } },
                },
            },
            headers, cancellationToken: cancellation));
    }

    /// <summary>Reserves points of a member, and spends them.</summary>
    public async Task<bool> Pay(int caller)
    {
        var (till, reference) = (new RewardService.RewardServiceClient(Channel(caller)), RequestIds.New());
        return await Succeeds(() => till.ReservePointsAsync(
                new ReservePointsRequest
                {
                    RequestId = RequestIds.New(), RedemptionReference = reference, MembershipNumber = $"a{Random.Shared.Next(_members.Length)}", AmountPoints = 10, Bill = Money(12_340_000),
                },
                _alpha))
            && await Succeeds(() => till.CaptureRedemptionAsync(new CaptureRedemptionRequest { RequestId = RequestIds.New(), RedemptionReference = reference }, _alpha));
    }

    public Task<bool> Identify(int caller) => Succeeds(() => new RewardService.RewardServiceClient(Channel(caller)).IdentifyMemberAsync(
        new IdentifyMemberRequest { MembershipNumber = $"a{Random.Shared.Next(_members.Length)}" }, _alpha));

    /// <summary>The balance of a member in alpha's programme, as alpha asks for it.</summary>
    public Task<bool> BrandsBalance(int caller) => Succeeds(() => new MemberService.MemberServiceClient(Channel(caller)).GetBalancesAsync(
        new GetBalancesRequest { MembershipNumber = $"a{Random.Shared.Next(_members.Length)}" }, _alpha));

    /// <summary>A member claims the reward that all want, or one of a thousand.</summary>
    public Task<bool> Claim(int caller, bool isHot) => Succeeds(() => new RewardService.RewardServiceClient(Channel(caller)).ClaimRewardAsync(
        new ClaimRewardRequest { RequestId = RequestIds.New(), ProgrammeId = "alpha-points", RewardId = isHot ? "hot" : $"cold-{Random.Shared.Next(_rewards)}" },
        _members[Random.Shared.Next(_members.Length)]));
}
