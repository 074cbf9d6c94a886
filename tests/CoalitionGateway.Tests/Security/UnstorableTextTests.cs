using System.Text;
using CoalitionGateway.Ledger;
using CoalitionGateway.Testing.Requests;
using CoalitionGateway.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// Text that one store cannot keep, and bytes that are not text, are refused in every field of every request, with the field's
/// name.
/// </summary>
public sealed class UnstorableTextTests(BadInputCoalition coalition) : IClassFixture<BadInputCoalition>
{
    private static readonly byte[] _noUtf8 = [0xC3, 0x28, 0xFF, 0xFE];

    public static TheoryData<string> Methods => [.. FaultTable.Valid.Keys.Where(method => Strings(RawCalls.Methods[method].InputType, "").Any())];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Request_WithNulInAnyString_IsRefusedWithTheFieldsName(string method) => await EachString(method, "a\0b", bytes => bytes);

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Request_WithInvalidUtf8InAnyString_IsNoMessage(string method) =>
        await EachString(method, "@@@@", bytes => Replaced(bytes, Encoding.ASCII.GetBytes("@@@@"), _noUtf8), "request");

    [Fact]
    public async Task Requests_DifferingInInvalidUtf8_AreNotTakenForOne()
    {
        var before = coalition.Changes();
        foreach (var lost in new byte[][] { [0xFF, 0xFF, 0xFF, 0xFF], [0xC3, 0x28, 0xC3, 0x28] })
        {
            var request = new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = "n-1", Profile = new MemberProfile { DisplayName = "@@@@" } };
            var bytes = Replaced(request.ToByteArray(), Encoding.ASCII.GetBytes("@@@@"), lost);
            var (failed, _) = await RawCalls.Call(coalition.Gateway.Channel, "MemberService/EnrollMember", bytes, coalition.Tokens[Ledger.CallerKind.Partner]);
            Assert.Equal("request", Assert.Single(GatewayRefusal.From(failed!)!.Fields).Field);
        }

        Assert.Equal(before, coalition.Changes());
    }

    /// <summary>Puts a text into each string in turn. Asserts that the refusal names that field, or the field given.</summary>
    private async Task EachString(string method, string text, Func<byte[], byte[]> bend, string? field = null)
    {
        var before = coalition.Changes();
        var type = RawCalls.Methods[method].InputType;
        foreach (var (path, make) in Strings(type, ""))
        {
            var request = type.Parser.ParseFrom([]);
            make(request, text);
            var (failed, answer) = await RawCalls.Call(
                coalition.Gateway.Channel, method, bend(request.ToByteArray()), coalition.Tokens[FaultTable.Valid[method].Caller]);
            var refusal = failed is not null ? GatewayRefusal.From(failed) : GatewayRefusal.From(RawCalls.RefusalOf(RawCalls.Methods[method].OutputType.Parser.ParseFrom(answer))!);
            Assert.Equal($"{method} {path}: {StatusCode.InvalidArgument} / FIELD_INVALID", $"{method} {path}: {refusal?.Code} / {refusal?.ReasonText}");

            // An entry of a stream names its fields as the unary call does.
            var named = RawCalls.Methods[method].IsClientStreaming ? path[(path.IndexOf('.') + 1)..] : path;
            Assert.Contains(field ?? named, refusal!.Fields.Select(found => found.Field));
        }

        Assert.Equal(before, coalition.Changes());
    }

    /// <summary>Every string of a message and of its inner messages, with a way to set it.</summary>
    private static IEnumerable<(string Path, Action<IMessage, string> Set)> Strings(MessageDescriptor type, string path)
    {
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (field.FieldType == FieldType.String)
            {
                yield return (path + field.Name, (message, text) =>
                {
                    if (field.IsRepeated)
                    {
                        ((System.Collections.IList)field.Accessor.GetValue(message)).Add(text);
                    }
                    else
                    {
                        field.Accessor.SetValue(message, text);
                    }
                });
            }
            else if (field is { FieldType: FieldType.Message, IsRepeated: false })
            {
                foreach (var (inner, set) in Strings(field.MessageType, $"{path}{field.Name}."))
                {
                    yield return (inner, (message, text) =>
                    {
                        var made = field.MessageType.Parser.ParseFrom([]);
                        set(made, text);
                        field.Accessor.SetValue(message, made);
                    });
                }
            }
        }
    }

    private static byte[] Replaced(byte[] bytes, byte[] from, byte[] to)
    {
        var at = bytes.AsSpan().IndexOf(from);
        Assert.True(at >= 0);
        to.CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
