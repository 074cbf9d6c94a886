using System.Net;
using System.Net.Sockets;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.V1;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Platform.Peers;

/// <summary>Gateways over one database. One leads and writes; the others hand their commands to it.</summary>
public sealed class HandOverTests : IAsyncLifetime
{
    private readonly TestCoalition _coalition = new();
    private TestGateway? _second;

    private TestGateway First => _coalition.Gateway;

    private TestGateway Second => _second!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server.");
        await _coalition.InitializeAsync();
        await Until(() => Route(First).IsOwn);
        _second = await Beside(First);
        await Until(() => Route(Second).Leader is not null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_second is not null)
        {
            await _second.Stop();
        }

        await _coalition.DisposeAsync();
    }

    [Fact]
    public async Task Command_AtAFollower_OnPostgres_IsWrittenByTheLeader()
    {
        var turns = First.Scalar("SELECT max(number) FROM turn");
        var partner = Second.As(_coalition.Alpha.ClientId, _coalition.Alpha.Secret);
        var numbers = Enumerable.Range(0, 200).Select(i => $"follower-{i}").ToList();
        var answers = await Task.WhenAll(numbers.Select(number => partner.Members.EnrollMemberAsync(
            new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = number }).ResponseAsync));

        Assert.Equal(numbers, answers.Select(answer => answer.Membership.MembershipNumber));
        Assert.True(Route(Second).Leader is not null);
        // Written together. Two gateways that write in turns would write them one by one.
        Assert.InRange(First.Scalar("SELECT max(number) FROM turn") - turns, 1, 100);
    }

    [Fact]
    public async Task Retry_AtAnotherGateway_OnPostgres_GetsTheSameAnswer()
    {
        var request = Request(1);
        var first = await Operator(Second).Programmes.PublishAgreementAsync(request);
        var again = await Operator(First).Programmes.PublishAgreementAsync(request);
        Assert.Equal(first, again);

        request.Agreement.Rates[0].Spend.CurrencyCode = "SEK";
        await Refusals.Refused(Grpc.Core.StatusCode.AlreadyExists, "REQUEST_ID_REUSED", () => Operator(Second).Programmes.PublishAgreementAsync(request));
    }

    [Fact]
    public async Task Leader_Stopping_OnPostgres_LosesNoCallAndGivesUpTheLead()
    {
        using var stop = new CancellationTokenSource();
        var calls = Task.Run(async () =>
        {
            var made = 0;
            for (; !stop.IsCancellationRequested; made++)
            {
                await Publish(Second, made);
            }

            return made;
        });
        await Until(() => Route(Second).Leader is { Unanswered: > 0 });
        await First.Stop();
        await Until(() => Route(Second).IsOwn);
        await stop.CancelAsync();
        Assert.True(await calls > 0);
    }

    [Fact]
    public async Task Stranger_AtThePeersPort_OnPostgres_IsDisconnectedBeforeAnythingIsRead()
    {
        var port = Route(Second).Leader is CoalitionGateway.Platform.Peers.LeaderLink link ? IPEndPoint.Parse(link.Address) : throw new InvalidOperationException("There is no link.");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(port);
        await socket.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        Assert.Equal(0, await socket.ReceiveAsync(new byte[100]).WaitAsync(TestTime.Patience) is var read and > 7 ? read : 0);

        using var strangers = new CoalitionGateway.Platform.Peers.PeerIdentity(new GatewayKeys(new GatewayOptions { DataDirectory = Directory.CreateTempSubdirectory("coalition-test-").FullName }));
        Assert.Null(await CoalitionGateway.Platform.Peers.LeaderLink.Open(port.ToString(), strangers, 10, null, null, CoalitionGateway.Platform.Peers.LeaderLink.Patience, CancellationToken.None));
        await Publish(Second, 1);
    }

    private static JournalRoute Route(TestGateway gateway) => gateway.Services.GetRequiredService<JournalRoute>();

    private static Task Until(Func<bool> isSo) => TestRedis.Until(() => Task.FromResult(isSo()));

    private static CoalitionClient Operator(TestGateway gateway) => gateway.Operator;

    private Task<PublishAgreementResponse> Publish(TestGateway gateway, int i) => Operator(gateway).Programmes.PublishAgreementAsync(Request(i)).ResponseAsync;

    private PublishAgreementRequest Request(int i) => new()
    {
        RequestId = Guid.NewGuid().ToString(),
        Agreement = new Agreement { PartnerId = _coalition.Alpha.PartnerId, ProgrammeId = _coalition.Alpha.ProgrammeId, Rates = { new Rate { Points = 1, Spend = new Money { CurrencyCode = "GBP", Micros = 1_000_000 + (i * 10_000L) } } }, Rounding = Rounding.Down },
    };

    private static async Task<TestGateway> Beside(TestGateway first)
    {
        var data = Directory.CreateTempSubdirectory("coalition-test-").FullName;
        var keys = Directory.CreateDirectory(Path.Combine(data, GatewayKeys.Folder)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(first.Options.DataDirectory, GatewayKeys.Folder)))
        {
            File.Copy(file, Path.Combine(keys, Path.GetFileName(file)));
        }

        return await TestGateway.Start(data, options => (options.Postgres, options.KeyPostgres) = (first.Options.Postgres, first.Options.KeyPostgres));
    }
}
