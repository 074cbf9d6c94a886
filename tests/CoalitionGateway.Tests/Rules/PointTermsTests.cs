using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Rules;

/// <summary>When points can be used and when they expire, as members, brands and the books see it.</summary>
public sealed class PointTermsTests : IAsyncLifetime
{
    private readonly RuledCoalition _ruled = new();

    private TestPartner Alpha => _ruled.Alpha;

    public async ValueTask InitializeAsync() => await _ruled.InitializeAsync();

    public ValueTask DisposeAsync() => _ruled.DisposeAsync();

    [Fact]
    public async Task Balance_OfPurchasesAtSeveralTimes_TellsWhatIsPendingAndWhatExpires()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { PendingDays = 14, Expiry = new Expiry { Months = 12, Snap = ExpirySnap.MonthEnd } });
        var member = await _ruled.Coalition.Member(Alpha);
        var old = await RuledCoalition.Buy(Alpha, member, 100, daysAgo: 30);
        var young = await RuledCoalition.Buy(Alpha, member, 40, daysAgo: 3);

        var balance = await RuledCoalition.Balance(member, Alpha);

        Assert.Equal((100, 40, 0), (balance.AvailablePoints, balance.PendingPoints, balance.OwedPoints));
        Assert.Equal((40, young.Awards[0].UsableTime), (balance.Pending[0].Points, balance.Pending[0].Time));
        Assert.Equal((100, old.Awards[0].ExpireTime), (balance.Expiring[0].Points, balance.Expiring[0].Time));
        Assert.Null(old.Awards[0].UsableTime);
        Assert.Equal((0, 100), (old.AvailablePoints - 100, young.AvailablePoints));
        Assert.Equal(1_000_000, balance.Value.Micros);
    }

    [Fact]
    public async Task PendingPoints_BeforeTheirDay_CanNotBeTransferred()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { PendingDays = 1 });
        var member = await _ruled.Coalition.Member(Alpha, _ruled.Beta);
        await RuledCoalition.Buy(Alpha, member, 1000);

        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "INSUFFICIENT_POINTS", () => Transfer(member));

        Assert.Equal("0", refusal.Metadata["transferable_points"]);
        await RuledCoalition.Buy(Alpha, member, 1000, daysAgo: 3);
        await Transfer(member);
        Assert.Equal((0, 1000), ((await RuledCoalition.Balance(member, Alpha)).AvailablePoints, (await RuledCoalition.Balance(member, _ruled.Beta)).AvailablePoints));
    }

    [Fact]
    public async Task ExpiredPoints_AreGoneAtOnce_AndTheSweepPostsThemOnce()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { Expiry = new Expiry { Months = 12, Snap = ExpirySnap.Day } });
        var member = await _ruled.Coalition.Member(Alpha);
        await RuledCoalition.Buy(Alpha, member, 70, daysAgo: 400);
        await RuledCoalition.Buy(Alpha, member, 30);

        Assert.Equal(30, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
        while (await _ruled.Sweep() > 0)
        {
        }

        var movements = (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId })).Movements;
        Assert.Equal(
            [(MovementKind.Purchase, 30L, 30L), (MovementKind.Expired, -70, 0), (MovementKind.Purchase, 70, 70)],
            movements.Select(found => (found.Kind, found.Points, found.BalancePoints)));
        Assert.Equal("Points that you did not use expired: 70.", movements[1].Sentence);
        Assert.Equal(30, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
        Assert.Equal(0, _ruled.Coalition.Gateway.Scalar("SELECT CAST(sum(balance_points) AS bigint) FROM account"));
    }

    [Fact]
    public async Task Inactivity_HasADay_ThatTheMemberIsTold_AndTheBrandIsNot()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { Inactivity = new InactivityRule { Months = 12 } });
        var member = await _ruled.Coalition.Member(Alpha);
        await RuledCoalition.Buy(Alpha, member, 70, daysAgo: 400);

        var balance = await RuledCoalition.Balance(member, Alpha);

        Assert.Equal(70, balance.AvailablePoints);
        Assert.InRange(balance.InactiveTime.ToDateTime(), DateTime.UtcNow.AddDays(364), DateTime.UtcNow.AddDays(368));
        var told = (await Alpha.Client.Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = member.Numbers[Alpha.ProgrammeId] })).Balances.Single();
        Assert.Equal((70, null), (told.AvailablePoints, told.InactiveTime));
    }

    [Fact]
    public async Task ReturnOfExpiredPoints_TakesWhatExpired_AndLeavesNoDebt()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { Expiry = new Expiry { Months = 12, Snap = ExpirySnap.Day } });
        var member = await _ruled.Coalition.Member(Alpha);
        var request = RuledCoalition.Purchase(Alpha, member, 70, daysAgo: 400);
        await Alpha.Client.Earning.RecordPurchaseAsync(request);
        await RuledCoalition.Buy(Alpha, member, 30);

        var reversal = (await Alpha.Client.Earning.ReversePurchaseAsync(new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = request.PurchaseReference })).Reversal;

        Assert.Equal((70, 0), (reversal.TakenPoints, reversal.OwedPoints));
        var balance = await RuledCoalition.Balance(member, Alpha);
        Assert.Equal((30, 0), (balance.AvailablePoints, balance.OwedPoints));
    }

    [Fact]
    public async Task PooledPoints_KeepTheirTerm_AndComeBackWithIt()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { Expiry = new Expiry { Months = 12, Snap = ExpirySnap.YearEnd } });
        var member = await _ruled.Coalition.Member(Alpha);
        var expires = (await RuledCoalition.Buy(Alpha, member, 100)).Awards[0].ExpireTime;
        var pool = (await member.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = Alpha.ProgrammeId })).PoolId;
        await member.Client.Pools.ContributePointsAsync(new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = pool, AmountPoints = 80 });
        Assert.Equal(20, (await RuledCoalition.Balance(member, Alpha)).Expiring.Single().Points);
        var share = (await member.Client.Pools.GetPoolAsync(new GetPoolRequest { PoolId = pool })).Pool.Participants.Single();
        Assert.Equal((80, 80, expires), (share.SharePoints, share.Expiring.Single().Points, share.Expiring.Single().Time));

        var left = await member.Client.Pools.LeavePoolAsync(new LeavePoolRequest { RequestId = RequestIds.New(), PoolId = pool });

        Assert.Equal(80, left.ReturnedPoints);
        var back = (await RuledCoalition.Balance(member, Alpha)).Expiring.Single();
        Assert.Equal((100, expires), (back.Points, back.Time));
    }

    [Fact]
    public async Task Erasure_OfAMemberWithLots_LeavesNoneOfTheirRows()
    {
        await _ruled.Terms(Alpha, new ProgrammeTerms { PendingDays = 5, Expiry = new Expiry { Months = 12, Snap = ExpirySnap.Day }, Caps = { new Cap { Period = CapPeriod.Year, MaxPoints = 1000 } } });
        var member = await _ruled.Coalition.Member(Alpha);
        await RuledCoalition.Buy(Alpha, member, 60);
        await RuledCoalition.Buy(Alpha, member, 50, daysAgo: 20);
        await RuledCoalition.Buy(Alpha, member, 40, daysAgo: 500);

        // A sweep may have posted the points of 500 days ago already.
        Assert.InRange(Count("lot"), 2, 3);
        Assert.InRange(Count("due WHERE kind <> 'sign-in-code'"), 2, 3);
        Assert.True(Count("counter") > 0);

        await member.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New(), SettlePoints = true });

        Assert.Equal((0, 0, 0), (Count("lot"), Count("counter"), _ruled.Coalition.Gateway.Scalar("SELECT count(*) FROM account WHERE kind IN (1, 8, 9) AND balance_points <> 0")));
    }

    private long Count(string table) => _ruled.Coalition.Gateway.Scalar($"SELECT count(*) FROM {table}");

    private async Task<CreateTransferResponse> Transfer(TestMember member) => await member.Client.Transfers.CreateTransferAsync(new CreateTransferRequest
    {
        RequestId = RequestIds.New(), SourceProgrammeId = Alpha.ProgrammeId, DestinationProgrammeId = _ruled.Beta.ProgrammeId, AmountPoints = 1000,
    });
}
