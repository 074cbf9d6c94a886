using System.Text.RegularExpressions;

namespace CoalitionGateway.Tests.Rules;

/// <summary>The published rules of real programmes, as far as they can be written as data, give what they promise.</summary>
[Trait("Store", "any")]
public sealed partial class PublishedProgrammesTests(ExampleCoalition coalition) : IClassFixture<ExampleCoalition>
{
    private static readonly IReadOnlyList<PublishedProgramme> _programmes = PublishedProgramme.ReadAll();

    public static TheoryData<string> Programmes => [.. _programmes.Select(programme => programme.Example.Name)];

    [Theory]
    [MemberData(nameof(Programmes))]
    public async Task Programme_GivesWhatItPromises(string name)
    {
        var example = _programmes.Single(programme => programme.Example.Name == name).Example;
        var found = example.Differences(await coalition.Play(example));
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void File_HasAllProgrammes_EachWithAnExampleThatSaysThePoints()
    {
        Assert.Equal(53, _programmes.Count);
        Assert.All(_programmes.Select(programme => programme.Example), example =>
            Assert.Contains(example.Rows, row => example.Cell(row, "points") is not ("" or RulesExample.Unsaid)));
    }

    [Fact]
    public void WhatCannotBeWritten_IsInTheTableOfThePage()
    {
        var page = RulesPage.Read().Text;
        var table = page.IndexOf("## What cannot be written yet", StringComparison.Ordinal);
        var limits = Limit().Matches(page, table).Select(limit => limit.Groups["limit"].Value).ToHashSet();
        Assert.All(_programmes.SelectMany(programme => programme.Cannot.Keys), limit => Assert.Contains(limit, limits));
    }

    [GeneratedRegex(@"(?m)^\| (?<limit>[^|]+) \|")]
    private static partial Regex Limit();
}
