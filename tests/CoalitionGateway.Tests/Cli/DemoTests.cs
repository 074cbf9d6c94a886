using System.CommandLine;
using System.Text.RegularExpressions;
using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Demo;
using Grpc.Core;

namespace CoalitionGateway.Tests.Cli;

[Collection(TerminalCollection.Name)]
public sealed partial class DemoTests
{
    [Fact]
    public async Task Demo_TellsItsStory_ExitsWithZero_AndLeavesNothingBehind()
    {
        using var terminal = new Terminal();
        using var temporary = new DataFolder();
        var before = Environment.GetEnvironmentVariable("TMPDIR");
        Environment.SetEnvironmentVariable("TMPDIR", temporary.Path);
        int exitCode;
        try
        {
            exitCode = await DemoCommand.Create().Parse(["--exit"]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", before);
        }

        var lines = terminal.Lines;
        Assert.True(exitCode == 0, string.Join('\n', lines));
        var end = LastLine().Match(lines[^1]);
        Assert.True(end.Success, lines[^1]);
        Assert.Equal(int.Parse(end.Groups[1].Value), lines.Count(line => line.StartsWith('✓')));
        Assert.DoesNotContain(lines, line => line.StartsWith('✗'));
        Assert.Contains(lines, line => line.Contains("AMOUNT_NOT_IN_STEPS: 1000 or 2000", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateDirectories(temporary.Path, "coalition-*"));
    }

    [Fact]
    public async Task Story_WithAWrongExpectation_NamesItAndExitsWithOne()
    {
        using var terminal = new Terminal();
        var story = new Story();
        await story.Step("right", () =>
        {
            story.Expect("points", 5, 5);
            return Task.FromResult("five");
        });
        await story.Step("wrong", () =>
        {
            story.Expect("points", 5, 6);
            return Task.FromResult("six");
        });
        Assert.Equal(1, story.End());
        Assert.Contains("step 2: points: expected 5, got 6", terminal.Lines);
        Assert.Equal("demo: 2 steps, 1 not as expected", terminal.Lines[^1]);
    }

    [Fact]
    public async Task Story_WithAFailingCall_NamesItAndContinues()
    {
        using var terminal = new Terminal();
        var story = new Story();
        await story.Step("fails", () => throw new RpcException(new Status(StatusCode.Internal, "[broken]")));
        await story.Step("goes through where a refusal is expected", async () =>
        {
            Assert.Null(await story.ExpectRefusal(StatusCode.NotFound, "PARTNER_NOT_FOUND", () => Task.CompletedTask));
            return "";
        });
        await story.Step("right", () => Task.FromResult("fine"));
        Assert.Equal(1, story.End());
        Assert.Contains("step 1: did not expect Internal: [broken]", terminal.Lines);
        Assert.Contains("step 2: expected NotFound / PARTNER_NOT_FOUND, and it went through", terminal.Lines);
        Assert.Equal("demo: 3 steps, 2 not as expected", terminal.Lines[^1]);
    }

    [GeneratedRegex(@"\Ademo: ([1-9]\d*) steps, all as expected\z")]
    private static partial Regex LastLine();
}
