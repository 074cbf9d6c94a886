using CoalitionGateway.Survival.Tests.Hosting;
using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Survival.Tests;

/// <summary>
/// A gateway that was down for a month, and whose sweep has settled nothing yet, decides as one that was up and swept: both
/// must give the same answers.
/// </summary>
public sealed class MonthDownTests(OwnPostgres postgres)
{
    private const int _founding = -40;
    private const string _unlinked = "beta-unlinked";

    private static readonly string[] _expected =
    [
        "expired: 0 available, 0 pending, 0 owed", "matured: 1000 available, 0 pending, 0 owed",
        "in debt: 500 available, 0 pending, 0 owed", "inactive: 0 available, 0 pending, 0 owed",
        "transfer of expired: INSUFFICIENT_POINTS", "return of expired: takes 1000, owes 0", "transfer of inactive: INSUFFICIENT_POINTS",
        "contribution of more than is left of a debt: INSUFFICIENT_POINTS", "contribution of the rest: done",
        "transfer of matured: 1000 arrived", "withdrawal of expired share: INSUFFICIENT_SHARE", "leaving with expired share: 0 back",
        "invitation: refused", "link code: LINK_CODE_INVALID", "disclosure: 0 programmes", "purchase after the tier: 10",
        "expired: 0 available, 0 pending, 0 owed", "matured: 0 available, 0 pending, 0 owed",
        "in debt: 0 available, 0 pending, 0 owed", "inactive: 0 available, 0 pending, 0 owed",
    ];

    private static readonly Dictionary<string, string> _numbers = new()
    {
        ["expired"] = "alpha-expired", ["matured"] = "beta-matured", ["in debt"] = "beta-debtor", ["inactive"] = "gamma-inactive",
    };

    private string _pool = "";
    private string _shared = "";
    private string _old = "";
    private string _code = "";

    [Theory]
    [InlineData("SQLite", false)]
    [InlineData("SQLite", true)]
    [InlineData("PostgreSQL", false)]
    public async Task Gateway_DownForAMonth_DecidesAsIfItHadBeenUp(string on, bool isUp)
    {
        using var data = new DataFolder();
        var name = on == "SQLite" ? null : postgres.Server.Create();
        var database = new Database(data.Path, name is null ? null : postgres.Server.As("postgres", name));
        var application = name is null ? null : postgres.Server.ForGateways(name);
        using var gateway = new GatewayProcess(data.Path, application) { ClockDays = _founding };
        gateway.Settings["Privacy__ConsentMonths"] = "1";
        using var coalition = new AgingCoalition(gateway);
        await coalition.Found();
        await Fill(coalition);
        gateway.Kill();

        if (isUp)
        {
            await coalition.Start(-20);
            await Swept(coalition, database);
            gateway.Kill();
        }

        gateway.NeverSweeps = !isUp;
        await coalition.StartNow();
        if (isUp)
        {
            await Swept(coalition, database);
        }

        Assert.Equal(_expected, await Decisions(coalition));

        if (!isUp)
        {
            Assert.True(Due(coalition, database) > 0, "Nothing fell due while the gateway was down, or a sweep ran.");
            gateway.Kill();
            gateway.NeverSweeps = false;
            await coalition.Start();
            await Swept(coalition, database);
        }

        Assert.Equal(_expected[^4..], await Balances(coalition));
        Assert.Empty(database.Verify().Problems);
    }

    private static Task Swept(AgingCoalition coalition, Database database) =>
        Soak.Until(() => Due(coalition, database) == 0, "what fell due is not settled");

    private static long Due(AgingCoalition coalition, Database database) =>
        database.Scalar($"SELECT count(*) FROM due WHERE due_time <= {coalition.NowMicroseconds}");

    private async Task Fill(AgingCoalition coalition)
    {
        await coalition.Enrol("alpha-expired", "delta-expired");
        var old = coalition.Purchase("alpha-expired", 1000);
        await coalition.Buy(old);
        _old = old.PurchaseReference;

        await coalition.Enrol("beta-matured", "delta-matured");
        await coalition.Buy(coalition.Purchase("beta-matured", 1000));
        var matured = await coalition.Member("beta-matured");
        _pool = (await matured.Pools.CreatePoolAsync(new() { RequestId = RequestIds.New(), ProgrammeId = "beta" })).PoolId;

        // Spends points of a purchase, then returns it: a debt, which pending points pay when they mature.
        await coalition.Enrol("beta-debtor", "delta-debtor");
        var spent = coalition.Purchase("beta-debtor", 1000, daysAgo: 20);
        await coalition.Buy(spent);
        var debtor = await coalition.Member("beta-debtor");
        await debtor.Transfers.CreateTransferAsync(Transfer("beta"));
        var returned = new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = spent.PurchaseReference };
        await coalition.Client("beta").Earning.ReversePurchaseAsync(returned);
        await coalition.Buy(coalition.Purchase("beta-debtor", 1500));
        await matured.Pools.InviteMemberAsync(new() { RequestId = RequestIds.New(), PoolId = _pool, MembershipNumber = "beta-debtor" });

        await coalition.Enrol("gamma-inactive", "delta-inactive");
        await coalition.Buy(coalition.Purchase("gamma-inactive", 1000));

        await coalition.Enrol("alpha-pooler");
        await coalition.Buy(coalition.Purchase("alpha-pooler", 500, daysAgo: 5));
        var pooler = await coalition.Member("alpha-pooler");
        _shared = (await pooler.Pools.CreatePoolAsync(new() { RequestId = RequestIds.New(), ProgrammeId = "alpha" })).PoolId;
        await pooler.Pools.ContributePointsAsync(new() { RequestId = RequestIds.New(), PoolId = _shared, AmountPoints = 500 });

        await coalition.Enrol(_unlinked);
        var wanted = new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = _unlinked };
        _code = (await coalition.Client("beta").Members.CreateLinkCodeAsync(wanted)).LinkCode;
        await Consent(coalition, matured);

        await coalition.Enrol("delta-golden");
        await coalition.Buy(coalition.Purchase("delta-golden", 10));
        Assert.Equal(20, (await coalition.Buy(coalition.Purchase("delta-golden", 10))).GivenPoints);
    }

    /// <summary>A consent for a month: the brand sees in which programmes the member is.</summary>
    private static async Task Consent(AgingCoalition coalition, CoalitionClient member)
    {
        await coalition.Client("operator").Programmes.AgreePurposesAsync(new()
        {
            RequestId = RequestIds.New(), PartnerId = "beta", Purposes = { Purpose.Marketing },
        });
        await member.Consents.GiveConsentAsync(new()
        {
            RequestId = RequestIds.New(), PartnerId = "beta", Purpose = Purpose.Marketing, Categories = { DataCategory.Relationship },
            NoticeVersion = "2026-01", NoticeLanguage = "en",
        });
        Assert.Equal(2, await Disclosed(coalition));
    }

    private static async Task<int> Disclosed(AgingCoalition coalition)
    {
        var request = new GetMemberRequest { MembershipNumber = "beta-matured", Purpose = Purpose.Marketing };
        return (await coalition.Client("beta").Members.GetMemberAsync(request)).Member.ProgrammeIds.Count;
    }

    /// <summary>What the gateway decides, in words.</summary>
    private async Task<IEnumerable<string>> Decisions(AgingCoalition coalition)
    {
        var (expired, inactive) = (await coalition.Member("alpha-expired"), await coalition.Member("gamma-inactive"));
        var (matured, debtor) = (await coalition.Member("beta-matured"), await coalition.Member("beta-debtor"));
        var pooler = await coalition.Member("alpha-pooler");
        var alpha = coalition.Client("alpha").Earning;
        var own = (await debtor.Pools.CreatePoolAsync(new() { RequestId = RequestIds.New(), ProgrammeId = "beta" })).PoolId;
        return
        [
            .. await Balances(coalition),
            "transfer of expired: " + await Outcome(async () => Told(await expired.Transfers.CreateTransferAsync(Transfer("alpha")))),
            "return of expired: " + await Outcome(async () =>
            {
                var taken = (await alpha.ReversePurchaseAsync(new() { RequestId = RequestIds.New(), PurchaseReference = _old })).Reversal;
                return $"takes {taken.TakenPoints}, owes {taken.OwedPoints}";
            }),
            "transfer of inactive: " + await Outcome(async () => Told(await inactive.Transfers.CreateTransferAsync(Transfer("gamma")))),
            "contribution of more than is left of a debt: " + await Contribution(debtor, own, 501),
            "contribution of the rest: " + await Contribution(debtor, own, 500),
            "transfer of matured: " + await Outcome(async () => Told(await matured.Transfers.CreateTransferAsync(Transfer("beta")))),
            "withdrawal of expired share: " + await Outcome(async () =>
            {
                await pooler.Pools.WithdrawPointsAsync(new() { RequestId = RequestIds.New(), PoolId = _shared, AmountPoints = 500 });
                return "done";
            }),
            "leaving with expired share: " + await Outcome(async () =>
                $"{(await pooler.Pools.LeavePoolAsync(new() { RequestId = RequestIds.New(), PoolId = _shared })).ReturnedPoints} back"),
            "invitation: " + await Invitation(debtor),
            "link code: " + await Outcome(async () =>
            {
                await expired.Members.LinkMembershipAsync(new()
                {
                    RequestId = RequestIds.New(), ProgrammeId = "beta", MembershipNumber = _unlinked, LinkCode = _code,
                });
                return "linked";
            }),
            $"disclosure: {await Disclosed(coalition)} programmes",
            $"purchase after the tier: {(await coalition.Buy(coalition.Purchase("delta-golden", 10))).GivenPoints}",
            .. await Balances(coalition),
        ];
    }

    /// <summary>An invitation that ended is refused. The reason differs once the sweep removed it.</summary>
    private async Task<string> Invitation(CoalitionClient invited)
    {
        var told = await Outcome(async () =>
        {
            await invited.Pools.AcceptInvitationAsync(new() { RequestId = RequestIds.New(), PoolId = _pool });
            return "accepted";
        });
        return told is "INVITATION_EXPIRED" or "POOL_NOT_FOUND" ? "refused" : told;
    }

    private static Task<string> Contribution(CoalitionClient member, string pool, long points) => Outcome(async () =>
    {
        await member.Pools.ContributePointsAsync(new() { RequestId = RequestIds.New(), PoolId = pool, AmountPoints = points });
        return "done";
    });

    private static async Task<IReadOnlyList<string>> Balances(AgingCoalition coalition)
    {
        var told = new List<string>();
        foreach (var who in new[] { "expired", "matured", "in debt", "inactive" })
        {
            var balance = await coalition.Balance(_numbers[who]);
            told.Add($"{who}: {balance.AvailablePoints} available, {balance.PendingPoints} pending, {balance.OwedPoints} owed");
        }

        return told;
    }

    private static async Task<string> Outcome(Func<Task<string>> call)
    {
        try
        {
            return await call();
        }
        catch (RpcException failed) when (GatewayRefusal.From(failed) is { } refusal)
        {
            return refusal.ReasonText;
        }
    }

    private static string Told(CreateTransferResponse made) => $"{made.Transfer.ArrivedPoints} arrived";

    private static CreateTransferRequest Transfer(string source) => new()
    {
        RequestId = RequestIds.New(), SourceProgrammeId = source, DestinationProgrammeId = "delta", AmountPoints = 1000,
    };
}
