using CoalitionGateway.Fuzz.Tests.Checking;
using CoalitionGateway.Fuzz.Tests.Hosting;

namespace CoalitionGateway.Fuzz.Tests;

/// <summary>What must hold for a gateway under fuzzing, beside ordinary callers.</summary>
public sealed class FuzzTests(FuzzedGateway fuzzed) : IClassFixture<FuzzedGateway>
{
    // INTERNAL_FAULT must not occur here. Another test makes a fault and checks its form.
    private static readonly Dictionary<string, string> _heldElsewhere = new()
    {
        ["VOUCHER_EXPIRED"] = "CoalitionGateway.Ledger.Tests.Rewards.RewardTests",
        // These are shown on the authority's pages alone.
        ["NEW_START_NEEDED"] = "CoalitionGateway.Ledger.Tests.SignIns.SignInTests",
        ["NEW_START_WAITING"] = "CoalitionGateway.Ledger.Tests.SignIns.SignInTests",
        ["PASSKEY_EXISTS"] = "CoalitionGateway.Ledger.Tests.SignIns.SignInTests",
        ["TOO_MANY_PASSKEYS"] = "CoalitionGateway.Ledger.Tests.SignIns.SignInTests",
        ["INTERNAL_FAULT"] = "CoalitionGateway.Tests.Platform.Access.AccessTableTests",
    };

    [Fact]
    public void EveryAnswer_FollowsTheContract_AndEveryOrdinaryCallerIsServed() => Assert.True(fuzzed.Findings.AreNone, $"COALITION_FUZZ_SEED={Settings.Seed}\n{fuzzed.Findings}");

    [Fact]
    public void EveryMethod_IsAnsweredOkAtLeastOnce() => Assert.Empty(RawCalls.Methods.Keys.Except(fuzzed.Coverage.Answered.Keys));

    [Fact]
    public void EveryEndpoint_IsAnsweredWellAtLeastOnce() => Assert.Empty(HttpFuzzer.Endpoints.Except(fuzzed.Coverage.Answered.Keys));

    [Fact]
    public void EveryReason_IsReached() => Assert.Empty(Coverage.Known.Except(fuzzed.Coverage.Reasons.Keys).Except(_heldElsewhere.Keys));

    [Fact]
    public void ReasonsTestedElsewhere_ExistInTheContract_AndAreNotReachedHere() => Assert.Empty(_heldElsewhere.Keys.Except(Coverage.Known).Concat(_heldElsewhere.Keys.Intersect(fuzzed.Coverage.Reasons.Keys)));

    [Fact]
    public async Task Books_AddUp()
    {
        var summary = await fuzzed.Summary();
        Assert.True(summary.Balanced);
        Assert.All(summary.Programmes, programme => Assert.Equal(0, programme.SumPoints));
        Assert.Empty(fuzzed.Verify().Problems);
    }

    [Fact]
    public void NormalLoad_DuringTheFuzzing_IsServed() => Assert.True(fuzzed.Load.Calls > 50, $"{fuzzed.Load.Calls} calls of the normal load were answered.");

    [Fact]
    public void Memory_StaysBounded()
    {
        const long mostManagedGrowth = 64;
        const long mostRss = 800;
        Assert.True(fuzzed.After.ManagedMegabytes - fuzzed.Before.ManagedMegabytes < mostManagedGrowth, $"{fuzzed.Before}, then {fuzzed.After}");
        Assert.True(fuzzed.PeakRssMegabytes < mostRss, $"{fuzzed.PeakRssMegabytes} MB");
    }

    [Fact]
    public void Log_HasNoFaultsAndNoLongLines()
    {
        const int longest = 2000;
        None(fuzzed.Log.Faults);
        None(fuzzed.Log.Kinds.Where(kind => kind.Longest.Length > longest).Select(kind => $"{kind.Name}: {kind.Longest.Length} characters: {kind.Longest}"));
    }

    [Fact]
    public void Log_LinesOfOneKind_ComeAtMostOnceASecond()
    {
        // The gateway logs one line a second. The clock that counts here begins its seconds at another moment.
        const int most = 3;
        None(fuzzed.Log.Kinds.Where(kind => kind.MostASecond > most).Select(kind => $"{kind.Name}: {kind.Count} lines, {kind.MostASecond} in one second, such as {kind.Longest}"));
    }

    /// <summary>Like Assert.Empty, but shows the first findings in full.</summary>
    private static void None(IEnumerable<string> found) => Assert.True(!found.Any(), string.Join("\n", found.Take(10).Select(text => text.Length > 4000 ? text[..4000] : text)));
}
