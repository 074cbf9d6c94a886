using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Security;

/// <summary>The documents, the contract and the code give the same numbers for clocks and limits.</summary>
public sealed class DocumentedNumbersTests(TestCoalition coalition)
{
    [Fact]
    public void ClockSkew_OfTokens_IsWhatDocsAndContractSay()
    {
        var said = $"may differ by {AccessSetup.ClockSkew.TotalSeconds} seconds";
        Assert.Contains(said, Documents.Proto("error_reason"), StringComparison.Ordinal);
        Assert.Contains(said, Documents.Configuration, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeAhead_OfWhatHasHappened_IsWhatReadmeAndContractSay()
    {
        var minutes = TimeForm.MostAhead.TotalMinutes;
        Assert.Contains($"up to {minutes} minutes ahead of the gateway's clock", Documents.Proto("error_reason"), StringComparison.Ordinal);
        Assert.Contains($"`purchase_time` may be up to {minutes} minutes ahead of the gateway's clock", Documents.Readme, StringComparison.Ordinal);
        Assert.Equal(2, Documents.Proto("earning").Split($"at most {minutes} minutes ahead of the gateway's clock").Length - 1);
        Assert.DoesNotContain("not in the future", Documents.Proto("earning") + Documents.Proto("compliance"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-30, true)]
    [InlineData(30, false)]
    public async Task PurchaseTime_AroundTheMostAhead_IsTakenAsDocumented(int beyondSeconds, bool isTaken)
    {
        var member = await coalition.Member(coalition.Alpha);
        var request = TestCoalition.Purchase(coalition.Alpha, member, 1);
        request.PurchaseTime = Timestamp.FromDateTime(DateTime.UtcNow + TimeForm.MostAhead + TimeSpan.FromSeconds(beyondSeconds));
        if (isTaken)
        {
            Assert.Equal(1, (await coalition.Alpha.Client.Earning.RecordPurchaseAsync(request)).Purchase.GivenPoints);
            return;
        }

        var refusal = await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => coalition.Alpha.Client.Earning.RecordPurchaseAsync(request));
        Assert.Equal("purchase_time", Assert.Single(refusal.Fields).Field);
    }

    [Fact]
    public void Limits_WithoutConfiguration_AreWhatDocsSay()
    {
        var options = new GatewayOptions();
        Assert.Contains("200 a second, 400 at once", Documents.Configuration, StringComparison.Ordinal);
        Assert.Contains($"| `StoredPerDay` | {options.StoredPerDay} |", Documents.Configuration, StringComparison.Ordinal);
        Assert.Contains($"A caller has {options.Privacy.ExportsPerCaller} documents made at once, a gateway {options.Privacy.ExportsAtOnce}. Take each part within {options.Privacy.ExportPartSeconds} seconds.", Documents.Proto("privacy"), StringComparison.Ordinal);
        Assert.Contains($"longer than {RateLimits.Patience.TotalSeconds} seconds", Documents.Proto("earning"), StringComparison.Ordinal);
    }
}
