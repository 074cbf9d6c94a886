using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>A coalition with its own authorization server.</summary>
public sealed class AuthorityTests
{
    private const string _method = "ProgrammeService/ListProgrammes";

    [Fact]
    public async Task Tokens_InTheProfileOfRfc9068_AreAccepted()
    {
        var url = TestGateway.FreeUrl();
        await using var authority = new TestAuthority(url);
        await authority.Start();
        await using var gateway = await TestGateway.Start(configure: options => options.Authority = url);
        foreach (var algorithm in new[] { "ES256", "PS256", "RS256" })
        {
            foreach (var type in new[] { "at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+JWT" })
            {
                var (failed, _) = await RawCalls.Call(gateway.Channel, _method, [], authority.Token(algorithm, type));
                Assert.True(failed is null, $"{algorithm} {type}: {failed?.Status}");
            }
        }

        foreach (var (algorithm, type, problem) in new[] { ("RS256", "JWT", "wrong_type"), ("RS256", "application/jwt", "wrong_type"), ("RS512", "at+jwt", "wrong_signature") })
        {
            var (failed, _) = await RawCalls.Call(gateway.Channel, _method, [], authority.Token(algorithm, type));
            Assert.Equal((StatusCode.Unauthenticated, problem), (failed?.StatusCode, GatewayRefusal.From(failed!)?.Metadata["problem"]));
        }
    }

    [Fact]
    public async Task Keys_Unreachable_EndCallsAsUnavailable_NotAsTokenInvalid()
    {
        var url = TestGateway.FreeUrl();
        using var log = new LogLines();
        await using var authority = new TestAuthority(url);
        await using var gateway = await TestGateway.Start(configure: options => options.Authority = url, extend: builder => builder.Logging.AddProvider(log));
        var token = authority.Token("ES256", "at+jwt");
        for (var i = 0; i < 20; i++)
        {
            var (failed, _) = await RawCalls.Call(gateway.Channel, _method, [], token);
            var refusal = GatewayRefusal.From(failed!);
            Assert.Equal((StatusCode.Unavailable, "AUTHORITY_UNAVAILABLE"), (failed!.StatusCode, refusal?.ReasonText));
            Assert.Equal(TimeSpan.FromSeconds(1), refusal!.RetryAfter);
        }

        Assert.Single(log.All, line => line.StartsWith("Warning: The authority's keys cannot be fetched", StringComparison.Ordinal));
        var (withoutToken, _) = await RawCalls.Call(gateway.Channel, _method, [], null);
        Assert.Equal(StatusCode.Unauthenticated, withoutToken?.StatusCode);

        // Once the keys can be fetched, calls succeed, after the pause before the next fetch.
        await authority.Start();
        var patience = DateTime.UtcNow.AddMinutes(1);
        while ((await RawCalls.Call(gateway.Channel, _method, [], token)).Failed is { } failed)
        {
            Assert.Equal(StatusCode.Unavailable, failed.StatusCode);
            Assert.True(DateTime.UtcNow < patience, "The gateway does not find its authority again.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
