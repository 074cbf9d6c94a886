using CoalitionGateway.Cli.Replay;
using CoalitionGateway.V1;
using Grpc.Core;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Tests.Security;

/// <summary>If a caller is suspended or its token ends, its open streams end too.</summary>
[Trait("Store", "any")]
public sealed class EndedCallerStreamTests
{
    private const string _scopes = "earning.write log.read programmes.read";
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("suspended")]
    [InlineData("revoked")]
    [InlineData("expired")]
    public async Task StreamPurchases_CallersAccessEnded_AcceptsNothingMore_AndEndsLikeANewCall(string how)
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var member = await coalition.Member(coalition.Alpha);
        var (client, token) = await Client(coalition, how);
        using var stream = client.Earning.StreamPurchases(deadline: DateTime.UtcNow + _patience);
        await stream.RequestStream.WriteAsync(Entry(coalition, member));
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(1, stream.ResponseStream.Current.Purchase.GivenPoints);

        await End(coalition, how, token);
        if (how != "expired")
        {
            // An entry sent after the refusal is not accepted, even if the stream can still be written to.
            await stream.RequestStream.TryWrite(Entry(coalition, member), isFollowed: false);
        }

        Assert.Equal((StatusCode.Unauthenticated, "TOKEN_INVALID", how), await HowItEnds(stream.ResponseStream));
        Assert.Equal((1, 0), await TestCoalition.Balance(member, coalition.Alpha));
        if (how != "expired")
        {
            Assert.Equal(how, await coalition.Gateway.Problem(token));
        }
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("revoked")]
    [InlineData("expired")]
    public async Task WatchEvents_CallersAccessEnded_EndsLikeANewCall(string how)
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var (client, token) = await Client(coalition, how);
        using var stream = client.Audit.WatchEvents(new WatchEventsRequest(), deadline: DateTime.UtcNow + _patience);
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        await End(coalition, how, token);
        Assert.Equal((StatusCode.Unauthenticated, "TOKEN_INVALID", how), await HowItEnds(stream.ResponseStream));
    }

    [Fact]
    public async Task StreamPurchases_PartnerSuspended_AnswersAcceptedEntriesFirst()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        var member = await coalition.Member(coalition.Alpha);
        using var stream = coalition.Alpha.Client.Earning.StreamPurchases(deadline: DateTime.UtcNow + _patience);
        var written = 0;
        var writing = Task.Run(async () =>
        {
            while (await stream.RequestStream.TryWrite(Entry(coalition, member), isFollowed: false))
            {
                written++;
            }
        });
        var answered = 0;
        while (answered < 200 && await stream.ResponseStream.MoveNext(CancellationToken.None))
        {
            answered++;
        }

        await coalition.Gateway.Suspend("alpha");
        var taken = await TestCoalition.Balance(member, coalition.Alpha);
        RpcException? ended = null;
        try
        {
            while (await stream.ResponseStream.MoveNext(CancellationToken.None))
            {
                answered++;
            }
        }
        catch (RpcException failed)
        {
            ended = failed;
        }

        await writing;
        Assert.Equal((StatusCode.Unauthenticated, "suspended"), (ended?.StatusCode, GatewayRefusal.From(ended!)?.Metadata["problem"]));
        var (points, _) = await TestCoalition.Balance(member, coalition.Alpha);

        // Each purchase gives a point. The last points are of entries that were accepted and not yet answered: 256, and those in
        // transit.
        Assert.Equal(points, answered);
        Assert.InRange(points - taken.Available, 0, 260);
        Assert.True(written >= answered);
    }

    /// <summary>Profiles are sealed before an entry enters the journal. The entries that did not enter it have no answer.</summary>
    [Fact]
    public async Task EnrollMembers_PartnerSuspended_AnswersOnlyWhatWasDecided()
    {
        await using var coalition = new TestCoalition();
        await coalition.InitializeAsync();
        using var stream = coalition.Alpha.Client.Members.EnrollMembers(deadline: DateTime.UtcNow + _patience);
        var writing = Task.Run(async () =>
        {
            try
            {
                for (var i = 0; ; i++)
                {
                    await stream.RequestStream.WriteAsync(new EnrollMembersRequest
                    {
                        Enrolment = new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = $"e-{i}", Profile = new MemberProfile { DisplayName = "Ann" } },
                    });
                }
            }
            catch (Exception closed) when (closed is RpcException or InvalidOperationException)
            {
                // The gateway ended the stream.
            }
        });
        var answers = new List<EnrollMembersResponse>();
        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            for (var isSuspended = false; await stream.ResponseStream.MoveNext(CancellationToken.None);)
            {
                answers.Add(stream.ResponseStream.Current);
                if (!isSuspended && answers.Count > 200)
                {
                    isSuspended = true;
                    await coalition.Gateway.Suspend("alpha");
                }
            }
        });

        await writing;
        Assert.Equal((StatusCode.Unauthenticated, "suspended"), (ended.StatusCode, GatewayRefusal.From(ended)?.Metadata["problem"]));
        Assert.All(answers, answer => Assert.Null(answer.Refusal));
        Assert.InRange(coalition.Gateway.Scalar("SELECT count(*) FROM membership"), answers.Count, answers.Count + 260);
    }

    private static async Task<(CoalitionClient Client, string Token)> Client(TestCoalition coalition, string how)
    {
        var token = how == "expired"
            ? ForgedTokens.Make(coalition.Gateway, "none", CallerKind.Partner, "alpha", _scopes, TimeSpan.FromSeconds(4))
            : await coalition.Gateway.TokenOf(coalition.Alpha.ClientId, coalition.Alpha.Secret, _scopes);
        return (coalition.Gateway.WithToken(token), token);
    }

    private static async Task End(TestCoalition coalition, string how, string token)
    {
        switch (how)
        {
            case "suspended":
                await coalition.Gateway.Suspend("alpha");
                break;
            case "revoked":
                var answer = await coalition.Gateway.Post("/oauth/revoke", [("token", token), ("client_id", "alpha"), ("client_secret", coalition.Alpha.Secret)]);
                Assert.Equal(System.Net.HttpStatusCode.OK, answer.Status);
                break;
            default:
                // The token expires by itself.
                break;
        }
    }

    private static async Task<(StatusCode, string?, string?)> HowItEnds<T>(IAsyncStreamReader<T> stream)
    {
        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await stream.MoveNext(CancellationToken.None))
            {
            }
        });
        var refusal = GatewayRefusal.From(ended);
        return (ended.StatusCode, refusal?.ReasonText, refusal?.Metadata.GetValueOrDefault("problem"));
    }

    private static StreamPurchasesRequest Entry(TestCoalition coalition, TestMember member) => new() { Purchase = TestCoalition.Purchase(coalition.Alpha, member, 1) };
}
