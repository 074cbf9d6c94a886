using System.Buffers;

namespace CoalitionGateway.Ledger.Tests.Encoding;

/// <summary>One gateway hands commands and answers to another. Each of them arrives complete.</summary>
public sealed class CommandCodecTests
{
    public static TheoryData<string> Methods => CommandVectorTests.Methods;

    [Theory]
    [MemberData(nameof(Methods))]
    public void Command_HandedOver_ArrivesWithAllProposedValues(string method)
    {
        foreach (var sample in new[] { CommandSamples.All[method].First, CommandSamples.All[method].Retry })
        {
            var command = sample with { Context = sample.Context with { Salt = Guid.CreateVersion7(), WasHandedOver = true } };

            var arrived = CommandCodec.Decode(CommandCodec.NameOf(command), Bytes(command));

            Assert.Equal(Written.Of(command), Written.Of(arrived));
            Assert.Equal(command.Context, arrived.Context);
            Assert.Equal(MemoryJournal.Fingerprint(command), MemoryJournal.Fingerprint(arrived));
        }
    }

    [Theory]
    [InlineData("Command", "{}")]
    [InlineData("String", "\"x\"")]
    [InlineData("EndLinkCode", "{")]
    [InlineData("EndLinkCode", "")]
    [InlineData("EndLinkCode", "null")]
    [InlineData("EndLinkCode", """{"Context":null,"MembershipId":{"Value":"01900000-0203-7405-8607-08090a0b0cb1"},"Later":1}""")]
    public void Decode_NotACommand_ThrowsFormatException(string name, string json) =>
        Assert.Throws<FormatException>(() => CommandCodec.Decode(name, System.Text.Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Answer_WithAnEventAndFollowUps_ArrivesUnchanged()
    {
        var made = EventSamples.All.Values.Take(3).ToArray();
        var answer = new Answer(made[0], null, true) { FollowUps = [made[1], made[2]] };

        var arrived = Answer.Decode(answer.Encode());

        Assert.True(arrived.IsRepeated);
        Assert.Equal(made.Select(one => Convert.ToHexString(one.Encode())), new[] { arrived.Event! }.Concat(arrived.FollowUps).Select(one => Convert.ToHexString(one.Encode())));
    }

    [Fact]
    public void Answer_WithARefusal_ArrivesUnchanged()
    {
        var refusal = new Refusal(RefusalReason.PoolFull, "Full.", "pool_id") { IsPrecondition = true }.With("members", 6);

        var arrived = Answer.Decode(new Answer(null, refusal, false).Encode());

        Assert.Null(arrived.Event);
        Assert.Equal(refusal.Encode(), arrived.Refusal!.Encode());
    }

    private static byte[] Bytes(Command command)
    {
        var bytes = new ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
