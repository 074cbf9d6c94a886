using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Platform.Access;

/// <summary>Tokens that look valid and are not.</summary>
public sealed class TokenTests(TestCoalition coalition)
{
    public static TheoryData<string> Faults => [.. ForgedTokens.Faults.Keys];

    [Fact]
    public async Task Token_OfTheIssuer_IsAccepted()
    {
        var client = coalition.Gateway.WithToken(ForgedTokens.Make(coalition.Gateway, "none"));
        Assert.NotEmpty((await client.Programmes.ListProgrammesAsync(new ListProgrammesRequest())).Programmes);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Token_WithAFault_IsRefusedWithOneWordForTheProblem(string fault)
    {
        var client = coalition.Gateway.WithToken(ForgedTokens.Make(coalition.Gateway, fault));
        var refusal = await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", () => client.Programmes.ListProgrammesAsync(new ListProgrammesRequest()));
        Assert.Equal([new("problem", ForgedTokens.Faults[fault])], refusal.Metadata);
    }

    [Fact]
    public async Task Call_WithoutAToken_SaysThatItIsMissing()
    {
        var (failed, _) = await RawCalls.Call(coalition.Gateway.Channel, "ProgrammeService/ListProgrammes", [], null);
        Assert.Equal("missing", GatewayRefusal.From(failed!)?.Metadata["problem"]);
    }
}
