using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace CoalitionGateway.Tests.Security;

/// <summary>The harm that somebody can do who may write to the gateways' Redis.</summary>
public sealed class RedisWriterTests
{
    public RedisWriterTests() => Assert.SkipWhen(TestRedis.Shared.Length == 0, "COALITION_TEST_REDIS names no server.");

    [Fact]
    public async Task Message_FromAStranger_DoesNothing_AndOneFromAGatewayIsHeard()
    {
        using var redis = new TestRedis();
        await redis.Start();
        await using var gateway = await TestGateway.Start(configure: options => options.Redis = redis.Address);
        var news = gateway.Services.GetRequiredService<EndedNews>();
        var heard = 0;
        news.Heard += () => Interlocked.Increment(ref heard);
        await using var writer = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        var until = DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds();
        foreach (var message in new[] { "", "x", $"{until}", $"{until} ", $"{until} {new string('0', 64)}", $"{until} {new string('z', 64)}", new string('9', 100_000), "caller operator:test-operator" })
        {
            Assert.True(await writer.GetSubscriber().PublishAsync(RedisChannel.Literal("coalition:ended"), message) > 0);
        }

        var token = await gateway.TokenOf(CallerKind.Operator, "programmes.read");
        Assert.Null(await gateway.Problem(token));
        await news.Tell();
        await TestRedis.Until(() => Task.FromResult(Volatile.Read(ref heard) > 0));
        Assert.Equal(1, heard);
        Assert.Null(await gateway.Problem(token));
    }

    [Fact]
    public async Task Bucket_ForgedToBeEmptyForYears_IsIgnored()
    {
        using var redis = new TestRedis();
        await redis.Start();
        await using var gateway = await TestGateway.Start(configure: options =>
        {
            options.Redis = redis.Address;
            options.RateLimits.Add(new RateLimit { Methods = "ProgrammeService", CallsPerSecond = 1000, Burst = 2 });
        });
        var token = await gateway.TokenOf(CallerKind.Operator, "programmes.read");
        Assert.Null(await gateway.Problem(token));
        await using var writer = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        foreach (var forged in new[] { "9000000000000000", "garbage", "1e300", "nan" })
        {
            await writer.GetDatabase().StringSetAsync("coalition:rate:ProgrammeService:operator:test-operator", forged);
            Assert.Null(await gateway.Problem(token));
        }
    }

    [Fact]
    public async Task Redis_WithAPasswordInAFile_IsReached()
    {
        using var redis = new TestRedis();
        await redis.Start("a-password-of-redis");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "a-password-of-redis\n", TestContext.Current.CancellationToken);
        await using var gateway = await TestGateway.Start(configure: options => (options.Redis, options.RedisPasswordFile) = (redis.Address, file));
        await TestRedis.Seen(gateway, true);
        File.Delete(file);
    }

    [Fact]
    public async Task Redis_HoldsNothingUsableToSignIn()
    {
        using var redis = new TestRedis();
        await redis.Start();
        await using var coalition = new TestCoalition { Configure = options => options.Redis = redis.Address };
        await coalition.InitializeAsync();
        var code = await coalition.Gateway.Code((await coalition.Member(coalition.Alpha)).Numbers[coalition.Alpha.ProgrammeId]);
        using var key = await coalition.Gateway.PublishKey("gamma");
        await coalition.Gateway.AskByAssertion(coalition.Gateway.Assertion(key, "gamma"));
        await using var reader = await ConnectionMultiplexer.ConnectAsync(redis.Address);
        Assert.Empty(reader.GetServers()[0].Keys());
        Assert.Equal(System.Net.HttpStatusCode.OK, (await coalition.Gateway.Redeem(code)).Status);
    }
}
