using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Peers;

namespace CoalitionGateway.Tests.Platform.Peers;

/// <summary>A gateway's reaction if its leader is silent, disconnects, or sends something invalid.</summary>
[Trait("Store", "any")]
public sealed class LeaderLinkTests : IDisposable
{
    private readonly PeerIdentity _identity = new(new GatewayKeys(new GatewayOptions { DataDirectory = Directory.CreateTempSubdirectory("coalition-test-").FullName }));
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LeaderLinkTests() => _listener.Start();

    public void Dispose()
    {
        _listener.Dispose();
        _identity.Dispose();
    }

    [Fact]
    public async Task SilentLeader_IsAbandoned_AndItsCommandsAreTakenBackInOrder()
    {
        var (link, _) = await Link(silence: LeaderLink.Patience.Silence);
        var commands = Commands(3);
        link.HandOver(commands);

        await link.Ended.WaitAsync(TestTime.Patience);

        var back = link.TakeBack();
        Assert.Equal(commands.Select(waiting => waiting.Command.Context.RequestId), back.Select(waiting => waiting.Command.Context.RequestId));
        Assert.All(back, waiting => Assert.True(waiting.Command.Context.WasHandedOver));
        back[0].Tell(new Answer(null, null, true));
        Assert.True((await commands[0].Answer).IsRepeated);
    }

    [Fact]
    public async Task Leader_DisconnectsAfterOneAnswer_ThatAnswerCountsAndTheRestIsTakenBack()
    {
        var (link, leader) = await Link();
        var commands = Commands(3);
        link.HandOver(commands);
        await leader.WriteAsync(Word(2, PeerWord.Answer, new Answer(null, null, true).Encode()));
        Assert.True((await commands[1].Answer.WaitAsync(TestTime.Patience)).IsRepeated);
        await leader.DisposeAsync();

        await link.Ended.WaitAsync(TestTime.Patience);
        Assert.Equal([commands[0].Command.Context.RequestId, commands[2].Command.Context.RequestId], link.TakeBack().Select(waiting => waiting.Command.Context.RequestId));
    }

    [Fact]
    public async Task Leader_EachMessage_TellsItsLastTurn()
    {
        var saw = new TaskCompletionSource<long>();
        var (link, leader) = await Link(saw: turn => saw.TrySetResult(turn));
        using (link)
        {
            await leader.WriteAsync(Word(0, PeerWord.Beat, []));
            Assert.Equal(7, await saw.Task.WaitAsync(TestTime.Patience));
        }
    }

    [Fact]
    public async Task Leader_StoreUnavailable_IsAbandoned_AndTheCommandIsTakenBack()
    {
        var (link, leader) = await Link();
        var commands = Commands(1);
        link.HandOver(commands);
        await leader.WriteAsync(Word(1, PeerWord.Unavailable, "The database does not answer."u8.ToArray()));
        await link.Ended.WaitAsync(TestTime.Patience);
        Assert.Single(link.TakeBack());
        Assert.False(commands[0].Answer.IsCompleted);
    }

    [Theory]
    [InlineData("7fffffff0000000000000001")]
    [InlineData("ffffffff0000000000000001")]
    [InlineData("00000001")]
    [InlineData("0000000800000000000000010000")]
    [InlineData("0000000a00000000000000010102")]
    public async Task Leader_SendsAnInvalidFrame_IsAbandoned(string bytes)
    {
        var (link, leader) = await Link();
        link.HandOver(Commands(1));
        await leader.WriteAsync(Convert.FromHexString(bytes));
        await link.Ended.WaitAsync(TestTime.Patience);
        Assert.Single(link.TakeBack());
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("")]
    [InlineData("127.0.0.1:1")]
    public async Task Open_NobodyListens_GivesNoLink(string address) => Assert.Null(await LeaderLink.Open(address, _identity, 10, null, null, LeaderLink.Patience, CancellationToken.None));

    private static WaitingCall[] Commands(int count) => [.. Enumerable.Range(0, count).Select(_ => new WaitingCall(
        new EndLinkCode(new CommandContext(Caller.Gateway, Guid.NewGuid(), new EventId(Guid.CreateVersion7())), new MembershipId(Guid.NewGuid())), new byte[32]))];

    private static byte[] Word(long number, PeerWord word, byte[] bytes)
    {
        var frame = new ArrayBufferWriter<byte>();
        PeerFrames.WriteWord(frame, number, 7, word, bytes);
        return frame.WrittenSpan.ToArray();
    }

    private async Task<(LeaderLink Link, SslStream Leader)> Link(Action<long>? saw = null, TimeSpan? silence = null)
    {
        // On a busy machine a test may take longer than a leader may.
        var patience = new LeaderPatience(Greeting: TimeSpan.FromMinutes(5), Silence: silence ?? TimeSpan.FromMinutes(5));
        var opening = LeaderLink.Open(_listener.LocalEndpoint.ToString()!, _identity, 10, null, saw, patience, CancellationToken.None);
        var stream = new SslStream(new NetworkStream(await _listener.AcceptSocketAsync(), ownsSocket: true));
        await _identity.Serve(stream, CancellationToken.None);
        await stream.ReadExactlyAsync(new byte[PeerIdentity.Build.Length]);
        await stream.WriteAsync(new byte[1]);
        return ((await opening)!, stream);
    }
}
