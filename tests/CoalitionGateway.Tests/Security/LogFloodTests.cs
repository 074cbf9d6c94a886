using System.Diagnostics;
using CoalitionGateway.Platform.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Tests.Security;

/// <summary>Strangers' requests cause one bounded log line a second for each kind.</summary>
[Trait("Store", "any")]
public sealed class LogFloodTests
{
    private const int _longestLine = 400;

    [Fact]
    public void Lines_OfOneKind_ComeOnceASecondAndCountThoseLeftOut()
    {
        var (clock, lines) = (new TestClock(), new LogLines());
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(lines));
        var bounded = new BoundedLines(clock, factory.CreateLogger<BoundedLines>());
        for (var i = 0; i < 1000; i++)
        {
            bounded.Tell(BoundedLines.Unreadable, "/a/b", "no message");
            bounded.Tell(BoundedLines.Unauthenticated, "/a/b", "malformed");
        }

        Assert.Equal(2, lines.All.Count);
        clock.Advance(BoundedLines.Pace);
        bounded.Tell(BoundedLines.Unreadable, "/a/b", "no message");
        Assert.Contains("(999 more since the last such line)", lines.All.Last(), StringComparison.Ordinal);
        Assert.Equal(3, lines.All.Count);
    }

    [Fact]
    public void Line_WithAStrangersText_IsShortAndPlain()
    {
        var lines = new LogLines();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(lines));
        var bounded = new BoundedLines(new TestClock(), factory.CreateLogger<BoundedLines>());
        bounded.Tell(BoundedLines.NoSuchMethod, $"\u001B[31m/å\r\nError: forged{new string('x', 100_000)}", new string('語', 100_000));
        var line = Assert.Single(lines.All);
        Assert.InRange(line.Length, 1, _longestLine);
        Assert.DoesNotContain(line, letter => letter is < ' ' or > '~');
    }

    [Theory]
    [InlineData("unclosed groups to health")]
    [InlineData("unclosed groups to a stream")]
    [InlineData("forged token")]
    [InlineData("token of a foreign key")]
    [InlineData("unknown method")]
    [InlineData("unknown service with a long name")]
    [InlineData("wrong content type")]
    [InlineData("broken form")]
    [InlineData("basic credentials that are none")]
    public async Task Flood_OfStrangersRequests_LogsOneLineASecond(string kind)
    {
        const int many = 60;
        var lines = new LogLines();
        await using var gateway = await TestGateway.Start(extend: builder => builder.Logging.AddProvider(lines));
        await Send(gateway, kind);
        var (before, watch) = (lines.Whole.Count, Stopwatch.StartNew());
        for (var i = 0; i < many; i++)
        {
            await Send(gateway, kind);
        }

        var told = lines.Whole.Skip(before).Where(line => !line.StartsWith("Debug", StringComparison.Ordinal) && !line.StartsWith("Trace", StringComparison.Ordinal)).ToArray();
        Assert.InRange(told.Length, 0, (int)watch.Elapsed.TotalSeconds + 2);
        Assert.All(told, line => Assert.InRange(line.Length, 1, _longestLine));
    }

    private static async Task Send(TestGateway gateway, string kind)
    {
        var groups = Frames.Of(Enumerable.Repeat((byte)0x0B, 205).ToArray());
        using var form = new StringContent($"a={new string('%', 5000)}");
        form.Headers.ContentType = new("application/x-www-form-urlencoded");
        switch (kind)
        {
            case "unclosed groups to health":
                Assert.Equal(StatusCode.InvalidArgument, (await Frames.Post(gateway, "grpc.health.v1.Health/Check", groups, null)).Code);
                break;
            case "unclosed groups to a stream":
                Assert.Equal(StatusCode.InvalidArgument, (await Frames.Post(gateway, "grpc.reflection.v1.ServerReflection/ServerReflectionInfo", groups, null)).Code);
                break;
            case "forged token":
                Assert.Equal(StatusCode.Unauthenticated, (await Frames.Post(gateway, "coalition.gateway.v1.PoolService/ListPools", groups, "a.b.c")).Code);
                break;
            case "token of a foreign key":
                var foreign = ForgedTokens.Make(gateway, "other key");
                Assert.Equal(StatusCode.Unauthenticated, (await Frames.Post(gateway, "coalition.gateway.v1.PoolService/ListPools", groups, foreign)).Code);
                break;
            case "unknown method":
                Assert.Equal(StatusCode.Unimplemented, (await Frames.Post(gateway, "coalition.gateway.v1.PoolService/Nothing", groups, null)).Code);
                break;
            case "unknown service with a long name":
                Assert.Equal(StatusCode.Unimplemented, (await Frames.Post(gateway, $"{new string('x', 5000)}/y", groups, null)).Code);
                break;
            case "wrong content type":
                using (var text = new StringContent("hello"))
                {
                    using var http = new HttpClient { DefaultRequestVersion = new(2, 0), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
                    using var _ = await http.PostAsync($"{gateway.Options.GrpcUrl}/grpc.health.v1.Health/Check", text);
                }

                break;
            case "broken form":
                using (await gateway.Http.PostAsync(gateway.TokenEndpoint, form))
                {
                }

                break;
            default:
                using (var request = new HttpRequestMessage(HttpMethod.Post, gateway.TokenEndpoint) { Content = form })
                {
                    request.Headers.TryAddWithoutValidation("authorization", $"Basic {new string('!', 3000)}");
                    using var _ = await gateway.Http.SendAsync(request);
                }

                break;
        }
    }
}
