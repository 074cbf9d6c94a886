using CoalitionGateway.Fuzz.Tests.Checking;
using CoalitionGateway.Fuzz.Tests.Hosting;

namespace CoalitionGateway.Fuzz.Tests;

/// <summary>What must hold of a gateway that anything was sent to, beside callers who want to be served.</summary>
public sealed class FuzzTests(FuzzedGateway fuzzed) : IClassFixture<FuzzedGateway>
{
    // INTERNAL_FAULT must not come; that it looks as it should is held by the test that makes a fault.
    private static readonly Dictionary<string, string> _heldElsewhere = new()
    {
        ["INTERNAL_FAULT"] = "CoalitionGateway.Tests.Platform.Access.AccessTableTests",
    };

    [Fact]
    public void EveryAnswer_IsOneThatTheContractAllows_AndEveryOrdinaryCallerIsServed() => Assert.True(fuzzed.Findings.AreNone, $"COALITION_FUZZ_SEED={Settings.Seed}\n{fuzzed.Findings}");

    [Fact]
    public void EveryMethod_IsAnsweredOkAtLeastOnce() => Assert.Empty(RawCalls.Methods.Keys.Except(fuzzed.Coverage.Answered.Keys));

    [Fact]
    public void EveryEndpoint_IsAnsweredWellAtLeastOnce() => Assert.Empty(HttpFuzzer.Endpoints.Except(fuzzed.Coverage.Answered.Keys));

    [Fact]
    public void EveryReason_IsReached() => Assert.Empty(Coverage.Known.Except(fuzzed.Coverage.Reasons.Keys).Except(_heldElsewhere.Keys));

    [Fact]
    public void ReasonsHeldElsewhere_AreOfTheContract_AndAreNotReachedHere() => Assert.Empty(_heldElsewhere.Keys.Except(Coverage.Known).Concat(_heldElsewhere.Keys.Intersect(fuzzed.Coverage.Reasons.Keys)));

    [Fact]
    public async Task Books_AddUp()
    {
        var summary = await fuzzed.Summary();
        Assert.True(summary.Balanced);
        Assert.All(summary.Programmes, programme => Assert.Equal(0, programme.SumPoints));
        Assert.Empty(fuzzed.Verify().Problems);
    }

    [Fact]
    public void NormalLoad_IsServedAllTheWhile() => Assert.True(fuzzed.Load.Calls > 50, $"{fuzzed.Load.Calls} calls of the normal load were answered.");

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
    public void Log_TellsOfAKindOnceASecondAtMost()
    {
        // One a second, counted by a clock that begins its seconds elsewhere.
        const int most = 3;
        None(fuzzed.Log.Kinds.Where(kind => kind.MostASecond > most).Select(kind => $"{kind.Name}: {kind.Count} lines, {kind.MostASecond} in one second, such as {kind.Longest}"));
    }

    /// <summary>Like Assert.Empty, and shows the first of them whole.</summary>
    private static void None(IEnumerable<string> found) => Assert.True(!found.Any(), string.Join("\n", found.Take(10).Select(text => text.Length > 4000 ? text[..4000] : text)));
}
