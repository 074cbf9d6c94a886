using System.Text.Json;
using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Cli.Replay;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Client;
using CoalitionGateway.Platform.Store;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Tests.Cli;

/// <summary>A faulty row, brand or server must affect the others as little as possible.</summary>
[Collection(TerminalCollection.Name)]
public sealed class ReplayRefusalTests
{
    private const string _good = "1,2015-01,2015-01-02,1000,BP,fuel,bp,5.99,,,GBP,K1,Fuel";

    [Theory]
    [InlineData("EUR,,")]
    [InlineData("QQQ,,")]
    [InlineData("EUR,5.00,EUR")]
    [InlineData(",5.00,QQQ")]
    public async Task BrandsFirstRow_InAnotherCurrency_IsRefusedAlone(string currencies)
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        SampleFile.Write(
            data.File("rows.csv.gz"), SampleFile.Header, $"0,2015-01,2015-01-02,1000,BP,fuel,bp,5.00,{currencies},K1,Fuel", _good, $"2{_good[1..]}");
        var report = await ReplayCommand.OnDirectory(data.File("rows.csv.gz"), data.Path);
        Assert.Equal((3, 2, 1), (report.Rows, report.Accepted, report.Refused));
        Assert.Equal(10, Assert.Single(report.Brands).PointsEarned);
        Assert.Contains("currency '", Line(terminal, 2), StringComparison.Ordinal);
        Assert.Equal(["GBP"], data.Query("SELECT value_currency_code FROM programme").Select(row => (string)row[0]));
    }

    [Fact]
    public async Task Rows_NamedLikeOtherRequests_AreRecorded()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        string[] ids = ["member/1000", "partner", "programme", "agreement", "BP"];
        SampleFile.Write(data.File("rows.csv.gz"), [SampleFile.Header, .. ids.Select(id => $"{id}{_good[1..]}")]);
        var report = await ReplayCommand.OnDirectory(data.File("rows.csv.gz"), data.Path);
        Assert.Equal((ids.Length, 0), (report.Accepted, report.Refused));
        Assert.Empty(Verification.Run(data.Path).Problems);
    }

    [Fact]
    public void RowsRequestId_IsTheUuid5OfBrandAndRow() =>
        Assert.Equal(RequestIds.FromName(Guid.Parse("0d0c9b0e-53b5-4d0e-8a53-3a9d6f1f8a70"), "BP/2014-04-00002").ToString(), ReplayIds.Row("BP", "2014-04-00002"));

    [Fact]
    public async Task Brand_CannotBeFounded_RefusesItsRows_AndStopsNoOther()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        var (gateway, sandbox) = await SandboxCoalition.Start(Place.Free(data.Path), LogLevel.Error);
        await using (gateway)
        {
            using (var connection = Connection.To(sandbox))
            {
                await connection.As(sandbox.Operator).Programmes.RegisterPartnerAsync(new V1.RegisterPartnerRequest
                {
                    RequestId = RequestIds.New(),
                    Partner = new V1.Partner { PartnerId = BrandPartner.IdOf("BP"), DisplayName = "Somebody else" },
                });
            }

            var esso = _good.Replace(",BP,", ",Esso,", StringComparison.Ordinal);
            SampleFile.Write(data.File("rows.csv.gz"), SampleFile.Header, _good, $"2{esso[1..]}", $"3{_good[1..]}", $"4{esso[1..]}");
            var exitCode = await Replay(data.File("rows.csv.gz"), sandbox.Grpc, data.File(SandboxFile.Name), data.File("out.json"));
            Assert.Equal(3, exitCode);
        }

        Assert.StartsWith("line 2: brand: PARTNER_EXISTS: ", Line(terminal, 2), StringComparison.Ordinal);
        Assert.StartsWith("line 4: brand: PARTNER_EXISTS: ", Line(terminal, 4), StringComparison.Ordinal);
        Assert.StartsWith("replay: 4 rows, 2 accepted, 2 refused", terminal.Lines[^1], StringComparison.Ordinal);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(data.File("out.json"), TestContext.Current.CancellationToken));
        Assert.Equal([("BP", 0), ("Esso", 10)], json.RootElement.GetProperty("brands").EnumerateArray().Select(brand => (brand.GetProperty("brand").GetString(), brand.GetProperty("points_earned").GetInt64())));
    }

    [Fact]
    public async Task OperatorWithAWrongSecret_IsToldOnce_WithoutTheAdviceToRunAgain()
    {
        var failed = await Failure((sandbox, _) => sandbox with { Operator = sandbox.Operator with { ClientSecret = "wrong" } });
        Assert.Contains("invalid_client", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Run again", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OperatorWithoutTheRight_IsToldOnce_WithoutTheAdviceToRunAgain()
    {
        var failed = await Failure((sandbox, _) => sandbox with { Operator = sandbox.Officer });
        Assert.Contains("The gateway refused with", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Run again", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnreachableGateway_IsNamed_WithTheAdviceToRunAgain()
    {
        var failed = await Failure((sandbox, _) => sandbox with { Grpc = "http://127.0.0.1:1" });
        Assert.Contains("Run again", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/health", "answered 4")]
    [InlineData("/.well-known/openid-configuration", "answered ")]
    public async Task InvalidTokenEndpoint_IsReportedWithItsAnswer(string path, string said)
    {
        var failed = await Failure((sandbox, http) => sandbox with { TokenEndpoint = http + path });
        Assert.Contains("invalid_response", failed.Message, StringComparison.Ordinal);
        Assert.Contains(path, failed.Message, StringComparison.Ordinal);
        Assert.Contains(said, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", failed.Message, StringComparison.Ordinal);
    }

    private static async Task<CommandFailedException> Failure(Func<SandboxFile, string, SandboxFile> change)
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        var (gateway, sandbox) = await SandboxCoalition.Start(Place.Free(data.Path), LogLevel.None);
        await using (gateway)
        {
            SampleFile.Write(data.File("rows.csv.gz"), SampleFile.Header, _good);
            var changed = change(sandbox, sandbox.Http);
            changed.Write(data.File("changed.json"));
            return await Assert.ThrowsAsync<CommandFailedException>(() => Replay(data.File("rows.csv.gz"), changed.Grpc, data.File("changed.json"), data.File("out.json")));
        }
    }

    private static Task<int> Replay(string path, string grpc, string credentials, string json) => ReplayCommand.Create()
        .Parse([path, "--server", grpc, "--credentials", credentials, "--json", json, "--patience", "1"])
        .InvokeAsync(new System.CommandLine.InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);

    private static string Line(Terminal terminal, int line) =>
        Assert.Single(terminal.Lines, printed => printed.StartsWith($"line {line}: ", StringComparison.Ordinal));
}
