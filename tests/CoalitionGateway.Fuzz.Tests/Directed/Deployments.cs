using System.Text;
using CoalitionGateway.Consents;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Fuzz.Tests.Directed;

/// <summary>
/// Reaches the reasons that depend on the state of the deployment: a store that is down, limits, another notice, an unreachable
/// authority.
/// </summary>
internal static class Deployments
{
    private const long _storedPerDay = 40;

    public static async Task Run(Reaching reaching)
    {
        await using (var coalition = new TestCoalition { Configure = Narrow, Extend = Fragile })
        {
            await coalition.InitializeAsync();
            await Outdated(coalition, reaching);
            await Limited(coalition, reaching);
            await Stored(coalition, reaching);
            await Full(coalition, reaching);
            await Away(coalition, reaching);
            await Expired(coalition, reaching);
        }

        await using var gateway = await TestGateway.Start(configure: options => options.Authority = "http://127.0.0.1:9");
        var (failed, _) = await RawCalls.Call(gateway.Channel, "ProgrammeService/ListProgrammes", [], ForgedToken());
        reaching.Take("AUTHORITY_UNAVAILABLE", failed);
    }

    private static void Narrow(GatewayOptions options)
    {
        (options.JournalCapacity, options.JournalMaxBatch, options.RememberedRows) = (4, 1, 0);
        options.StoredPerDay = _storedPerDay;
        options.RateLimits.Add(new RateLimit { Methods = "ProgrammeService/ListRoutes", CallsPerSecond = 0.01, Burst = 1 });
    }

    private static void Fragile(WebApplicationBuilder builder)
    {
        FragileStore.Use(builder);
        builder.Services.AddSingleton(new Notices(new Dictionary<string, byte[]>
        {
            ["2026-01.en.md"] = "one"u8.ToArray(), ["2026-02.en.md"] = "two"u8.ToArray(), ["versions.txt"] = Encoding.UTF8.GetBytes("2026-01 material\n2026-02 material\n"),
        }));
    }

    private static async Task Outdated(TestCoalition coalition, Reaching reaching)
    {
        var member = await coalition.Member(coalition.Alpha);
        await reaching.Reach("NOTICE_OUTDATED", () => member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "en",
        }));
    }

    /// <summary>An invitation ends after 14 days. This makes its row older while no gateway has it cached.</summary>
    private static async Task Expired(TestCoalition coalition, Reaching reaching)
    {
        var alpha = coalition.Alpha;
        var (member, invited) = (await coalition.Member(alpha), await coalition.Member(alpha));
        var pool = await member.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = alpha.ProgrammeId });
        await member.Client.Pools.InviteMemberAsync(new InviteMemberRequest { RequestId = RequestIds.New(), PoolId = pool.PoolId, MembershipNumber = invited.Numbers[alpha.ProgrammeId] });
        await coalition.Gateway.Stop();
        await using (var connection = TestDatabase.Open(coalition.Gateway.Options))
        {
            Assert.Equal(1, connection.Execute("UPDATE participant SET invitation_expire_time = 1 WHERE invitation_expire_time IS NOT NULL"));
        }

        // The data belongs to the coalition, and the coalition deletes it.
        var again = await TestGateway.Start(coalition.Gateway.Options.DataDirectory);
        using (var client = again.WithToken(await again.SignIn(invited.Numbers[alpha.ProgrammeId])))
        {
            await reaching.Reach("INVITATION_EXPIRED", () => client.Pools.AcceptInvitationAsync(new AcceptInvitationRequest { RequestId = RequestIds.New(), PoolId = pool.PoolId }));
        }

        await again.Stop();
    }

    private static async Task Limited(TestCoalition coalition, Reaching reaching)
    {
        await coalition.Alpha.Client.Programmes.ListRoutesAsync(new ListRoutesRequest());
        await reaching.Reach("RATE_LIMITED", () => coalition.Alpha.Client.Programmes.ListRoutesAsync(new ListRoutesRequest()));
    }

    /// <summary>A partner stores as many commands as it may in a day, and then one more.</summary>
    private static async Task Stored(TestCoalition coalition, Reaching reaching)
    {
        for (var i = 0; i < _storedPerDay; i++)
        {
            await Enrol(i);
        }

        await reaching.Reach("DAILY_LIMIT_REACHED", () => Enrol(_storedPerDay));

        AsyncUnaryCall<EnrollMemberResponse> Enrol(long nth) => coalition.Gamma.Client.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = $"g-{nth}" });
    }

    /// <summary>Holds writes and sends more commands than may wait. The waiting commands succeed afterwards.</summary>
    private static async Task Full(TestCoalition coalition, Reaching reaching)
    {
        const int calls = 30;
        var gate = ((FragileStore)coalition.Gateway.Services.GetRequiredService<LedgerStore>()).Gate;
        gate.Reset();
        var sent = Enumerable.Range(0, calls).Select(async i =>
        {
            try
            {
                await coalition.Gateway.Operator.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = $"partner-{i}", DisplayName = "New" } });
                return null;
            }
            catch (RpcException failed)
            {
                return failed;
            }
        }).ToArray();
        await Task.WhenAny(sent);
        gate.Set();
        var refused = (await Task.WhenAll(sent)).OfType<RpcException>().ToArray();
        Assert.NotEmpty(refused);
        Array.ForEach(refused, failed => reaching.Take("QUEUE_FULL", failed));
    }

    private static async Task Away(TestCoalition coalition, Reaching reaching)
    {
        var store = (FragileStore)coalition.Gateway.Services.GetRequiredService<LedgerStore>();
        var token = await coalition.Gateway.TokenOf(CallerKind.Operator, "");
        store.IsDown = true;
        var request = new AgreePurposesRequest { RequestId = RequestIds.New(), PartnerId = "alpha" };
        var (failed, _) = await RawCalls.Call(coalition.Gateway.Channel, "ProgrammeService/AgreePurposes", request.ToByteArray(), token);
        reaching.Take("STORE_UNAVAILABLE", failed);
        store.IsDown = false;
    }

    /// <summary>A well-formed token that no issuer signed.</summary>
    private static string ForgedToken()
    {
        static string Part(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var ends = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds();
        return $"{Part("""{"alg":"ES256","typ":"at+jwt","kid":"1"}""")}.{Part($$"""{"iss":"http://127.0.0.1:9","aud":"coalition-gateway","sub":"alpha","jti":"1","exp":{{ends}},"caller_kind":"partner"}""")}.{Part(new string('a', 64))}";
    }
}
