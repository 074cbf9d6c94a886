using System.Diagnostics;
using System.Net;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Shared;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Tests.Platform.Shared;

/// <summary>The state that gateways share through Redis, and the behaviour of each use while Redis is down.</summary>
public sealed class RedisTests
{
    private const string _method = "ProgrammeService/ListProgrammes";
    private const int _burst = 20;

    public RedisTests()
    {
        Assert.SkipWhen(TestRedis.Shared.Length == 0, "COALITION_TEST_REDIS names no server.");
        Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server: several gateways share one.");
    }

    [Fact]
    public async Task Bucket_OfTwoGateways_LetsExactlyItsBurstThrough()
    {
        var (first, second) = await TestRedis.Replicas(TestRedis.Shared, Limit);
        await using (first)
        await using (second)
        {
            var token = Token(first);
            var calls = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => RawCalls.Call((i % 2 == 0 ? first : second).Channel, _method, [], token)));
            Assert.Equal(_burst, calls.Count(call => call.Failed is null));
            foreach (var (failed, _) in calls.Where(call => call.Failed is not null))
            {
                var refusal = GatewayRefusal.From(failed!);
                Assert.Equal((StatusCode.ResourceExhausted, "RATE_LIMITED"), (failed!.StatusCode, refusal?.ReasonText));
                Assert.InRange(refusal!.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(100));
            }
        }
    }

    [Fact]
    public async Task Bucket_TwoGatewaysTakeTokensInLots_LetsNoMoreThanItsBurstThrough()
    {
        // Ten tokens at once. Tokens that a gateway takes and does not use within a second are lost, never gained.
        const int burst = 160;
        const double perSecond = 40;
        var (options, lines, caller) = (new GatewayOptions { Redis = TestRedis.Shared }, new LogLines(), new Caller(CallerKind.Partner, $"partner-{Guid.NewGuid():N}"));
        options.RateLimits.Add(new RateLimit { CallsPerSecond = perSecond, Burst = burst });
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(lines));
        await using var first = new SharedRedis(options, TimeProvider.System, factory.CreateLogger<SharedRedis>());
        await using var second = new SharedRedis(options, TimeProvider.System, factory.CreateLogger<SharedRedis>());
        await first.StartAsync(CancellationToken.None);
        await second.StartAsync(CancellationToken.None);
        RateLimits[] gateways = [new(options, first, TimeProvider.System), new(options, second, TimeProvider.System)];
        var (watch, taken) = (Stopwatch.StartNew(), 0);
        for (var i = 0; i < 2 * burst; i++)
        {
            var limits = gateways[i % 2];
            taken += await limits.Take(caller, limits.Of($"/coalition.gateway.v1.{_method}")!) == TimeSpan.Zero ? 1 : 0;
        }

        // If Redis did not answer in time, each gateway counted for itself.
        Assert.SkipUnless(lines.All.Count == 0, "Redis did not answer in time.");
        Assert.InRange(taken, burst / 2, (int)(burst + (perSecond * watch.Elapsed.TotalSeconds) + 1));
    }

    [Fact]
    public async Task Code_OfOneGateway_IsRedeemedOnceByEither()
    {
        var (first, second) = await TestRedis.Replicas(TestRedis.Shared);
        await using (first)
        await using (second)
        {
            var code = await first.Code(await Member(first));
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Redeem(i % 2 == 0 ? first : second, code)));
            Assert.Equal(1, answers.Count(status => status == HttpStatusCode.OK));
            Assert.Equal(19, answers.Count(status => status == HttpStatusCode.BadRequest));
        }
    }

    [Fact]
    public async Task Token_RevokedAtOneGateway_IsRefusedAtOthers_CachedOrNew()
    {
        var (first, second) = await TestRedis.Replicas(TestRedis.Shared);
        await using (first)
        await using (second)
        {
            var token = await first.TokenOf(CallerKind.Operator, "programmes.read");
            Assert.Null(await Problem(second, token));
            Assert.Equal(HttpStatusCode.OK, await first.Revoke(token));
            Assert.Equal("revoked", await Problem(first, token));
            await TestRedis.Until(async () => await Problem(second, token) == "revoked");
            await using var third = await TestRedis.Replica(first, options => options.Redis = TestRedis.Shared);
            Assert.Equal("revoked", await Problem(third, token));
        }
    }

    [Fact]
    public async Task Redis_KilledAndBack_EachUseBehavesAsDocumented()
    {
        using var redis = new TestRedis();
        using var log = new LogLines();
        await redis.Start();
        var (first, second) = await TestRedis.Replicas(redis.Address, Limit, log);
        await using (first)
        await using (second)
        {
            var token = Token(first);
            var revocable = await first.TokenOf(CallerKind.Operator, "programmes.read");
            Assert.Null(await Problem(second, token));
            Assert.Null(await Problem(second, revocable));
            var number = await Member(first);
            var code = await first.Code(number);
            redis.Kill();

            await WithinASecond(async () => Assert.Equal(HttpStatusCode.OK, await Redeem(second, code)));
            await WithinASecond(async () => Assert.NotNull(await first.Code(number)));
            await WithinASecond(async () => Assert.Equal(HttpStatusCode.OK, await first.Revoke(revocable)));
            Assert.Equal("revoked", await Problem(first, revocable));
            await TestRedis.Until(async () => await Problem(second, revocable) == "revoked");
            foreach (var gateway in new[] { first, second })
            {
                // A bucket of its own, and a token that this gateway has not seen.
                var unmet = Token(first);
                var passed = 0;
                for (var i = 0; i < _burst + 5; i++)
                {
                    await WithinASecond(async () => passed += (await RawCalls.Call(gateway.Channel, _method, [], unmet)).Failed is null ? 1 : 0);
                }

                Assert.Equal(_burst, passed);
                await TestRedis.Seen(gateway, false);
            }

            await redis.Start();
            await TestRedis.Seen(first, true);
            await TestRedis.Seen(second, true);
            await TestRedis.Until(() => Hears(second, first));
            Assert.Equal(HttpStatusCode.OK, await Redeem(second, await first.Code(number)));
            Assert.Equal(2, log.All.Count(line => line.StartsWith("Warning: Redis does not answer", StringComparison.Ordinal)));
            Assert.Equal(2, log.All.Count(line => line == "Warning: Redis answers again"));
        }
    }

    [Fact]
    public async Task Redis_Frozen_DelaysNoCallByASecond()
    {
        using var redis = new TestRedis();
        await redis.Start();
        await using var gateway = await TestGateway.Start(configure: options =>
        {
            options.Redis = redis.Address;
            Limit(options);
        });
        await TestRedis.Seen(gateway, true);
        Assert.Null(await Problem(gateway, Token(gateway)));
        var token = Token(gateway);
        redis.Freeze(true);
        for (var i = 0; i < _burst; i++)
        {
            await WithinASecond(async () => Assert.Null(await Problem(gateway, token)));
        }

        await TestRedis.Seen(gateway, false);
        redis.Freeze(false);
        await TestRedis.Until(async () =>
        {
            await Problem(gateway, Token(gateway));
            return gateway.Services.GetRequiredService<SharedRedis>().IsReachable;
        });
    }

    [Fact]
    public async Task Gateways_StartedBeforeRedis_ShareOnceItRuns()
    {
        using var redis = new TestRedis();
        var (first, second) = await TestRedis.Replicas(redis.Address);
        await using (first)
        await using (second)
        {
            var token = await first.TokenOf(CallerKind.Operator, "programmes.read");
            Assert.Null(await Problem(second, token));
            await redis.Start();
            await TestRedis.Seen(first, true);
            await TestRedis.Seen(second, true);
            Assert.Equal(HttpStatusCode.OK, await first.Revoke(token));
            await TestRedis.Until(async () => await Problem(second, token) == "revoked");
            await TestRedis.Until(() => Hears(second, first));
        }
    }

    /// <summary>Whether a gateway learns that another gateway revoked a token which it has cached.</summary>
    private static async Task<bool> Hears(TestGateway gateway, TestGateway other)
    {
        var token = await other.TokenOf(CallerKind.Operator, "programmes.read");
        Assert.Null(await Problem(gateway, token));
        Assert.Equal(HttpStatusCode.OK, await other.Revoke(token));
        await Task.Delay(TimeSpan.FromSeconds(0.5));
        return await Problem(gateway, token) == "revoked";
    }

    private static void Limit(GatewayOptions options) =>
        options.RateLimits.Add(new RateLimit { Methods = "ProgrammeService", CallsPerSecond = 0.01, Burst = _burst });

    /// <summary>A valid token of a caller that no other test uses.</summary>
    private static string Token(TestGateway gateway) => ForgedTokens.Make(gateway, "none", CallerKind.Operator, $"operator-{Guid.NewGuid():N}");

    private static async Task<string?> Problem(TestGateway gateway, string token)
    {
        var (failed, _) = await RawCalls.Call(gateway.Channel, _method, [], token);
        return failed is null ? null : GatewayRefusal.From(failed)!.Metadata.GetValueOrDefault("problem", failed.Status.ToString());
    }

    /// <summary>The membership number of a new member of a new programme.</summary>
    private static async Task<string> Member(TestGateway gateway)
    {
        var brand = await gateway.Operator.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest
        {
            RequestId = RequestIds.New(), Partner = new Partner { PartnerId = "alpha", DisplayName = "Alpha" },
        });
        await gateway.Operator.Programmes.CreateProgrammeAsync(new CreateProgrammeRequest
        {
            RequestId = RequestIds.New(),
            Programme = new Programme { ProgrammeId = "alpha-points", PartnerId = "alpha", DisplayName = "Alpha points", TimeZone = "Europe/Stockholm", PointValue = new V1.Money { CurrencyCode = "EUR", Micros = 10_000 } },
        });
        await gateway.WithToken(await gateway.TokenOf(brand.ClientId, brand.ClientSecret, ""))
            .Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = "m-1" });
        return "m-1";
    }

    private static async Task<HttpStatusCode> Redeem(TestGateway gateway, string code) => (await OAuthForms.Redeem(gateway, code)).Status;

    /// <summary>One second, and three more for a machine under load. Waiting for Redis's own timeouts would take 5.</summary>
    private static async Task WithinASecond(Func<Task> call)
    {
        var took = Stopwatch.StartNew();
        await call();
        Assert.InRange(took.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }
}
