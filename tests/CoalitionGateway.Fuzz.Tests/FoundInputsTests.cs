using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CoalitionGateway.Fuzz.Tests.Checking;
using CoalitionGateway.Fuzz.Tests.Generating;
using CoalitionGateway.Ledger;
using CoalitionGateway.Testing.Requests;

namespace CoalitionGateway.Fuzz.Tests;

/// <summary>Sends again the inputs that the fuzzer found. A finding prints the row to add here.</summary>
public sealed class FoundInputsTests(BadInputCoalition coalition) : IClassFixture<BadInputCoalition>
{
    private const string _listPools = "/coalition.gateway.v1.PoolService/ListPools";
    private const string _stream = "/coalition.gateway.v1.EarningService/StreamPurchases";

    [Theory]
    [InlineData(_listPools, "member", "")]
    [InlineData(_listPools, "member", "AAAA")]
    [InlineData("/coalition.gateway.v1.PoolService/WithdrawPoints", "member 2", "AAAAAA==")]
    [InlineData("/coalition.gateway.v1.MemberService/GetMember", "member", "AAAAAA0=")]
    [InlineData("/coalition.gateway.v1.AuditService/WatchEvents", "gamma", "AAAAAAAAAAAAAA==")]
    [InlineData("/coalition.gateway.v1.TransferService/QuoteTransfer", "member", "AAAAACEKDGFscGhhLXBvaW50cxILYmV0YS1wb2ludHMY6AcYuBcAAAAAIQoMYWxwaGEtcG9pbnRzEgtiZXRhLXBvaW50cxjoBxi4Fw==")]
    [InlineData("/coalition.gateway.v1.AuditService/GetConsistencyProof", "member 6", "AAAAAAQIRhBUAAAAAA==")]
    [InlineData("/coalition.gateway.v1.ComplianceService/ListHolds", "officer", "AQAAACUfiwgAAAAAAAQD42JN1EmyThZogAFGKabDKwHJ+dQ7FgAAAAAB", "grpc-encoding: zstd")]
    [InlineData("/coalition.gateway.v1.ComplianceService/ListHolds", "officer", "AQAAACUfiwgAAAAAAAQD42JN1EmyThZogAFGKabDKwHJ+dQ7FgAAAAAB", "grpc-encoding: GZIP")]
    [InlineData(_stream, "alpha", "AAA=")]
    [InlineData(_stream, "alpha", "AH////8K")]
    public async Task Call_FoundByTheFuzzer_IsRefusedWithAReasonOfTheContract(string path, string caller, string body, string headers = "")
    {
        using var wire = new GrpcWire(coalition.Gateway.Options.GrpcUrl);
        var kind = caller.Split(' ')[0] switch { "member" => CallerKind.Member, "officer" => CallerKind.Officer, "operator" => CallerKind.Operator, _ => CallerKind.Partner };
        var shot = new Shot(path, caller, Convert.FromBase64String(body))
        {
            Headers = [.. headers.Split(" | ", StringSplitOptions.RemoveEmptyEntries).Select(header => header.Split(": ", 2)).Select(pair => (pair[0], pair[1]))],
        };
        var answer = await wire.Send(shot, coalition.Tokens[kind]);
        Assert.Null(AnswerRules.Problem(RawCalls.Methods[path["/coalition.gateway.v1.".Length..]], answer));
        Assert.NotNull(answer.Reason);
    }

    [Theory]
    [InlineData("/oauth/token", "application/x-www-form-urlencoded; charset=utf-7", "grant_type=client_credentials&client_id=alpha&client_secret=x")]
    [InlineData("/oauth/revoke", "application/x-www-form-urlencoded; charset=utf-7", "grant_type=client_credentials&scope=a%22b")]
    [InlineData("/oauth/token", "application/x-www-form-urlencoded; charset=nothing", "grant_type=client_credentials&client_id=alpha&client_secret=x")]
    public async Task Form_FoundByTheFuzzer_IsRefusedAsTheStandardSays(string path, string type, string form)
    {
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes(form));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await coalition.Gateway.Http.PostAsync(coalition.Gateway.Options.HttpUrl + path, content);
        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
        Assert.Contains("invalid_", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
