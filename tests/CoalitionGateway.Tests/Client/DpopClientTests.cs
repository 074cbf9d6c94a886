using System.Security.Cryptography;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CoalitionGateway.Tests.Client;

/// <summary>The .NET client makes proofs, and answers the nonces of authority and gateway without its caller.</summary>
public sealed class DpopClientTests(TestCoalition coalition)
{
    private TestGateway Gateway => coalition.Gateway;

    [Fact]
    public async Task Client_WithAKey_CallsWithBoundTokens()
    {
        using var key = DpopKey.New();
        using var tokens = Tokens(key);
        using var client = Client(tokens, key);
        for (var i = 0; i < 3; i++)
        {
            Assert.NotEmpty((await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest())).Programmes);
        }

        Assert.NotEmpty(client.Programmes.ListProgrammes(new ListProgrammesRequest()).Programmes);
        var token = await tokens.Get(TestContext.Current.CancellationToken);
        Assert.Equal(key.Thumbprint, new JsonWebToken(token).GetPayloadValue<System.Text.Json.JsonElement>("cnf").GetProperty("jkt").GetString());

        // The token alone is of no use.
        Assert.Equal("wrong_scheme", await Gateway.Problem(token));
        using var thief = DpopKey.New();
        using var stolen = new CoalitionClient(new Uri(Gateway.Options.GrpcUrl), _ => ValueTask.FromResult(token), retries: Retries.None, key: thief);
        var refusal = await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", () => stolen.Programmes.ListProgrammesAsync(new ListProgrammesRequest()));
        Assert.Equal("wrong_key", refusal.Metadata["problem"]);
    }

    [Fact]
    public async Task Client_BlockingCallFirst_AnswersTheNonce()
    {
        using var key = DpopKey.New();
        using var tokens = Tokens(key);
        using var client = Client(tokens, key);
        Assert.NotEmpty((await Task.Run(() => client.Programmes.ListProgrammes(new ListProgrammesRequest()))).Programmes);
    }

    [Fact]
    public async Task Stream_OpenedFirst_HasANonce()
    {
        using var key = DpopKey.New();
        using var tokens = Tokens(key);
        using var client = Client(tokens, key);
        var member = await coalition.Member(coalition.Alpha);
        using var call = client.Earning.StreamPurchases();
        await call.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = TestCoalition.Purchase(coalition.Alpha, member, 5) });
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Null(call.ResponseStream.Current.Refusal);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
    }

    [Fact]
    public async Task Key_FromPem_IsTheSameKey()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = DpopKey.FromPem(made.ExportPkcs8PrivateKeyPem());
        Assert.Equal(TestProofs.ThumbprintOf(made), key.Thumbprint);
        Assert.Throws<ArgumentException>(() => DpopKey.FromPem("no key"));
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => DpopKey.FromPem(other.ExportPkcs8PrivateKeyPem()));
        using var tokens = Tokens(key);
        Assert.NotEmpty(await tokens.Get(TestContext.Current.CancellationToken));
    }

    private TokenSource Tokens(DpopKey key) => new(Gateway.Http, Gateway.TokenEndpoint, coalition.Alpha.ClientId, coalition.Alpha.Secret, key: key);

    private CoalitionClient Client(TokenSource tokens, DpopKey key) => new(new Uri(Gateway.Options.GrpcUrl), tokens.Get, retries: Retries.None, key: key);
}
