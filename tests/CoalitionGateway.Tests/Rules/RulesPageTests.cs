using CoalitionGateway.V1;
using Google.Protobuf.Reflection;

namespace CoalitionGateway.Tests.Rules;

/// <summary>Every example of docs/rules.md is published through a gateway, and its purchases give what its table says.</summary>
[Trait("Store", "any")]
public sealed class RulesPageTests(ExampleCoalition coalition) : IClassFixture<ExampleCoalition>
{
    private static readonly RulesPage _page = RulesPage.Read();

    public static TheoryData<string> Examples => [.. _page.Examples.Select(example => example.Name)];

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Example_GivesWhatItsTableSays(string name)
    {
        var example = _page.Example(name);
        var found = example.Differences(await coalition.Play(example));
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Example_WithOneNumberChanged_IsFound(string name)
    {
        var example = _page.Example(name);
        var played = await coalition.Play(example);
        Assert.NotEmpty(example.Changed());
        Assert.All(example.Changed(), changed => Assert.Single(changed.Differences(played)));
    }

    [Fact]
    public async Task Example_WithItsRuleChanged_IsFound()
    {
        var changed = _page.With("\"every_nth\": 10", "\"every_nth\": 9").With("crumb", "other-crumb").Examples[0];
        Assert.Contains(
            changed.Differences(await coalition.Play(changed)),
            found => found.Contains(", points: '0' is written, the gateway says '0 / 350'", StringComparison.Ordinal));
    }

    [Fact]
    public void Page_HasAllItsExamples() => Assert.InRange(_page.Examples.Count, 10, 20);

    [Fact]
    public void EveryEffectSnapAndPeriod_IsInAnExample() => Assert.All(
        new[] { typeof(CampaignEffect), typeof(ExpirySnap), typeof(CapPeriod) }.SelectMany(kind => kind.GetFields())
            .Select(field => field.GetCustomAttributes(inherit: false).OfType<OriginalNameAttribute>().SingleOrDefault()?.Name ?? "")
            .Where(name => name.Length > 0 && !name.EndsWith("_UNSPECIFIED", StringComparison.Ordinal)),
        name => Assert.Contains($"\"{name}\"", _page.Text, StringComparison.Ordinal));

    [Fact]
    public void EveryFieldOfARule_IsNamed() => Assert.All(
        new[] { Agreement.Descriptor, Rate.Descriptor, CategoryFactor.Descriptor, ProgrammeTerms.Descriptor, Expiry.Descriptor, Cap.Descriptor, Campaign.Descriptor, CampaignFilter.Descriptor, TierRule.Descriptor, TierLevel.Descriptor, ActivityRule.Descriptor, ReferralRule.Descriptor, InactivityRule.Descriptor, SpendingRule.Descriptor, Reward.Descriptor, RewardText.Descriptor }
            .SelectMany(message => message.Fields.InDeclarationOrder()).Select(field => field.Name).Where(name => name is not ("version" or "left_points" or "activate_time" or "left_count")),
        name => Assert.Matches($"[\"`]{name}[\"`]", _page.Text));
}
