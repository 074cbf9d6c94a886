using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.V1;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Tests.Platform.Rpc;

/// <summary>Refusals on the wire: their encoding, and that they stay within clients' limits on headers.</summary>
[Trait("Store", "any")]
public sealed class RefusalStatusTests(TestCoalition coalition)
{
    private const int _limit = 4096;

    public static TheoryData<string> Fillings => ["x", "ü", "語", "🎁", "%", "\n"];

    [Theory]
    [InlineData("The call has no valid access token.", "The call has no valid access token.")]
    [InlineData("at least 50%, ~100 {a/b?c=d&e}", "at least 50%25, ~100 {a/b?c=d&e}")]
    [InlineData("Bearer …\u007F\r\n", "Bearer %E2%80%A6%7F%0D%0A")]
    [InlineData("", "")]
    public void Message_IsEncodedAsGrpcRequires(string message, string encoded)
    {
        Assert.Equal(encoded, GrpcMessage.Encode(message));
        Assert.Equal(encoded.Length, GrpcMessage.EncodedLength(message));
    }

    [Fact]
    public async Task Message_ThatIsPlain_IsReadableOnTheWire()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{coalition.Gateway.Options.GrpcUrl}/coalition.gateway.v1.PoolService/ListPools")
        {
            Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent([0, 0, 0, 0, 0]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.Authorization = new("Bearer", "garbage");
        using var answer = await http.SendAsync(request);
        Assert.Equal("The call has no valid access token.", Assert.Single(answer.Headers.GetValues("grpc-message")));
    }

    [Theory]
    [MemberData(nameof(Fillings))]
    public void Texts_TooLongForTrailers_AreShortened(string filling)
    {
        var text = string.Concat(Enumerable.Repeat(filling, 20_000));
        var many = Enumerable.Range(0, 500).Select(i => ($"field{i}", text)).ToArray();
        Google.Rpc.Status[] statuses =
        [
            RefusalStatus.Of(ErrorReason.PoolNotFound, text, many, TimeSpan.FromSeconds(1)),
            RefusalStatus.Of(new InvalidFieldsException(many)),
            RefusalStatus.Of(new Refusal(RefusalReason.PoolFull, text, "pool_id") { Metadata = many }),
            RefusalStatus.Of(new Refusal(RefusalReason.CurrencyMismatch, text, "amount") { Metadata = many }),
        ];
        foreach (var status in statuses)
        {
            var details = Convert.ToBase64String(status.ToByteArray());
            Assert.InRange($"grpc-status: {status.Code} grpc-message: {GrpcMessage.Encode(status.Message)} {RefusalStatus.DetailsTrailer}: {details}".Length, 1, _limit);
            Assert.EndsWith("…", status.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("\uFFFD", Google.Rpc.Status.Parser.ParseFrom(status.ToByteArray()).ToString(), StringComparison.Ordinal);
            Assert.NotNull(GatewayRefusal.From(status));
        }
    }

    [Fact]
    public void Texts_ThatFit_AreNotShortened()
    {
        (string, string)[] metadata = [("offered_programme_ids", string.Join(',', Enumerable.Repeat("a-programme-of-the-coalition", 30)))];
        Assert.Equal(metadata, GatewayRefusal.From(RefusalStatus.Of(ErrorReason.AgreementNotFound, "No.", metadata))!
            .Metadata.Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public async Task UnknownScopes_Many_AreNotAllEchoed()
    {
        var request = new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = "echo", DisplayName = "Echo" } };
        request.Scopes.AddRange(Enumerable.Range(0, 2000).Select(i => $"ünïcode-{i}"));
        request.Scopes.Add(new string('ü', 10_000));
        var refusal = await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => coalition.Gateway.Operator.Programmes.RegisterPartnerAsync(request));
        Assert.Contains("ünïcode-2: no scope of partners", Assert.Single(refusal.Fields).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_WithAMessageTooLarge_AnswersWhatItReadAndEndsWithTheReason()
    {
        using var stream = coalition.Alpha.Client.Earning.StreamPurchases();
        var member = await coalition.Member(coalition.Alpha);
        await stream.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = TestCoalition.Purchase(coalition.Alpha, member, 1) });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.NotNull(stream.ResponseStream.Current.Purchase);
        try
        {
            await stream.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = new RecordPurchaseRequest { PurchaseReference = new string('x', 100_000) } });
        }
        catch (Exception early) when (early is InvalidOperationException or RpcException)
        {
            // The stream ended before everything was written. Reading returns the reason.
        }

        var refusal = await Refusals.Refused(
            StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", async () => await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal("65536", refusal.Metadata["maximum_bytes"]);
        Assert.Null(refusal.RetryAfter);
    }
}
