using Grpc.Core;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// Frames with absurd lengths, half frames, unknown encodings. The code and the reason are the same over any store, unary and
/// streamed.
/// </summary>
public sealed class BrokenFrameTests(TestCoalition coalition)
{
    private const string _unary = "coalition.gateway.v1.EarningService/RecordPurchase";
    private const string _stream = "coalition.gateway.v1.EarningService/StreamPurchases";
    private static readonly byte[] _message = new V1.RecordPurchaseRequest().ToBytes();

    private static readonly Dictionary<string, (byte[] Body, string? Encoding, StatusCode Code, string Reason)> _frames = new()
    {
        ["4 GiB"] = (Frames.Of([], uint.MaxValue), null, StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE"),
        ["2 GiB"] = (Frames.Of([1, 2, 3], 0x8000_0000), null, StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE"),
        ["2 GiB less one"] = (Frames.Of([1, 2, 3], int.MaxValue), null, StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE"),
        ["one byte too many"] = (Frames.Of([1], 65_537), null, StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE"),
        ["half a message"] = (Frames.Of([1, 2, 3], 100), null, StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["half a header"] = ([0, 0, 0], null, StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["unknown flag"] = (Frames.Of(_message, flag: 7), null, StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["packed without an encoding"] = (Frames.Of(_message, flag: 1), null, StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["packed as identity"] = (Frames.Of(_message, flag: 1), "identity", StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["unknown encoding"] = (Frames.Of(_message, flag: 1), "br", StatusCode.Unimplemented, "ENCODING_NOT_SUPPORTED"),
        ["gzip that is none"] = (Frames.Of([1, 2, 3, 4], flag: 1), "gzip", StatusCode.InvalidArgument, "FIELD_INVALID"),
        ["gzip of 50 MB"] = (Frames.Of(Frames.Gzip(new byte[50_000_000]), flag: 1), "gzip", StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE"),
        ["unclosed groups"] = (Frames.Of(Enumerable.Repeat((byte)0x0B, 200).ToArray()), null, StatusCode.InvalidArgument, "FIELD_INVALID"),
    };

    public static TheoryData<string> Kinds => [.. _frames.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Unary_WithABrokenFrame_EndsWithItsCodeAndReason(string kind) => await Ends(_unary, kind);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Stream_WithABrokenFrame_EndsWithItsCodeAndReason(string kind) => await Ends(_stream, kind);

    [Fact]
    public async Task Unary_WithTwoMessages_IsRefused()
    {
        var (code, refusal) = await Frames.Post(coalition.Gateway, _unary, [.. Frames.Of(_message), .. Frames.Of(_message)], await Token());
        Assert.Equal((StatusCode.InvalidArgument, "FIELD_INVALID"), (code, refusal?.ReasonText));
    }

    [Fact]
    public async Task Gzip_ValidMessage_IsRead()
    {
        var message = new V1.ListProgrammesRequest { PageSize = 1 }.ToBytes();
        var token = await coalition.Gateway.TokenOf(CallerKind.Operator, "");
        var (code, _) = await Frames.Post(coalition.Gateway, "coalition.gateway.v1.ProgrammeService/ListProgrammes", Frames.Of(Frames.Gzip(message), flag: 1), token, "gzip");
        Assert.Equal(StatusCode.OK, code);
    }

    [Theory]
    [InlineData("coalition.gateway.v1.EarningService/NoSuchMethod")]
    [InlineData("no.such.Service/Method")]
    [InlineData("no/such/address")]
    [InlineData("oauth/token")]
    public async Task UnknownMethod_IsUnimplementedWithAReason(string path)
    {
        var (code, refusal) = await Frames.Post(coalition.Gateway, path, Frames.Of([]), null);
        Assert.Equal((StatusCode.Unimplemented, "METHOD_NOT_FOUND", $"/{path}"), (code, refusal?.ReasonText, refusal?.Metadata["method"]));
    }

    private async Task Ends(string path, string kind)
    {
        var (body, encoding, code, reason) = _frames[kind];
        var (ended, refusal) = await Frames.Post(coalition.Gateway, path, body, await Token(), encoding);
        Assert.Equal($"{kind}: {code} / {reason}", $"{kind}: {ended} / {refusal?.ReasonText}");
    }

    private Task<string> Token() => coalition.Gateway.TokenOf(coalition.Alpha.ClientId, coalition.Alpha.Secret, "");
}

internal static class Messages
{
    public static byte[] ToBytes(this Google.Protobuf.IMessage message) => Google.Protobuf.MessageExtensions.ToByteArray(message);
}
