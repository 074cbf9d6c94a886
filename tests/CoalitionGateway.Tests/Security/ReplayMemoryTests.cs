using System.IO.Compression;
using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Replay;
using CoalitionGateway.Tests.Cli;

namespace CoalitionGateway.Tests.Security;

/// <summary>A small compressed file must not take gigabytes of memory, whatever its content.</summary>
[Collection(TerminalCollection.Name)]
public sealed class ReplayMemoryTests
{
    private const string _good = "1,2015-01,2015-01-02,1000,BP,fuel,bp,5.99,,,GBP,K1,Fuel\n";

    /// <summary>192 MiB, in hexadecimal, as the runtime expects it.</summary>
    private const string _heapLimit = "0xC000000";

    [Fact]
    public async Task LineOfHundredsOfMegabytes_OnSqlite_IsRefusedAlone_WithinASmallHeap()
    {
        using var data = new DataFolder();
        var path = data.File("bomb.csv.gz");
        Write(path, $"{SampleFile.Header}\n{_good}", 300 << 20, 'a', $"\n2{_good[1..]}");
        Assert.InRange(new FileInfo(path).Length, 0, 2 << 20);
        using var replaying = ProcessTests.Start(["replay", path, "--data", data.Path], ("DOTNET_GCHeapHardLimit", _heapLimit));
        var (output, error) = (replaying.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), replaying.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await replaying.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(replaying.ExitCode == 3, $"exit code {replaying.ExitCode}: {await output} {await error}");
        Assert.Contains($"line 3: the line is longer than {PurchaseFile.MaxLineLength} characters", await output, StringComparison.Ordinal);
        Assert.Contains("replay: 3 rows, 2 accepted, 1 refused", await output, StringComparison.Ordinal);
    }

    [Fact]
    public void FileWithTooManyLines_IsRefusedBeforeItsFirstRow()
    {
        using var data = new DataFolder();
        var path = data.File("many.csv.gz");
        Write(path, $"{SampleFile.Header}\n", PurchaseFile.MaxLines, '\n', "");
        var failed = Assert.Throws<CommandFailedException>(() => new PurchaseFile(path));
        Assert.Contains("has more than 2,000,000 lines", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FileThatDecompressesToMoreThanAGibibyte_IsRefusedBeforeItsFirstRow()
    {
        using var data = new DataFolder();
        var path = data.File("large.csv.gz");
        Write(path, $"{SampleFile.Header}\n", PurchaseFile.MaxBytes, 'a', "");
        var failed = Assert.Throws<CommandFailedException>(() => new PurchaseFile(path));
        Assert.Contains("larger than 1024 MiB when it is decompressed", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RowsRead_AreRememberedInAFewBytesEach()
    {
        const int rows = 300_000;
        using var data = new DataFolder();
        SampleFile.Write(data.File("rows.csv.gz"), [SampleFile.Header, .. Enumerable.Range(1, rows).Select(id => $"{id:D100}{_good[1..^1]}")]);
        using var file = new PurchaseFile(data.File("rows.csv.gz"));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Assert.Equal(rows, file.Rows().Count(read => read.Row is not null));
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / rows, 0, 100);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("card")]
    public void OverlongField_IsRefusedWithItsRow(string field)
    {
        using var data = new DataFolder();
        var text = new string('1', 101);
        SampleFile.Write(data.File("rows.csv.gz"), SampleFile.Header, field == "id" ? $"{text}{_good[1..^1]}" : _good[..^1].Replace("1000", text, StringComparison.Ordinal));
        using var file = new PurchaseFile(data.File("rows.csv.gz"));
        Assert.Equal("id or card is longer than 100 characters", Assert.Single(file.Rows()).Problem);
    }

    [Fact]
    public async Task MoreBrandsThanStreams_OnSqlite_AreRefusedRowByRow()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        SampleFile.Write(data.File("rows.csv.gz"), [SampleFile.Header, .. Enumerable.Range(1, 501).Select(brand => _good[..^1].Replace(",BP,", $",B{brand},", StringComparison.Ordinal))]);
        var report = await ReplayCommand.OnDirectory(data.File("rows.csv.gz"), data.Path, stop: TestContext.Current.CancellationToken);
        Assert.Equal((501, 500, 1), (report.Rows, report.Accepted, report.Refused));
        Assert.Contains("line 502: the file has more than 500 brands", terminal.Lines);
    }

    [Fact]
    public async Task TextOfTheFile_OnSqlite_DoesNotControlTheTerminal()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        SampleFile.Write(data.File("rows.csv.gz"), SampleFile.Header, _good[..^1].Replace("5.99", "\e[2J\a", StringComparison.Ordinal));
        await ReplayCommand.OnDirectory(data.File("rows.csv.gz"), data.Path, stop: TestContext.Current.CancellationToken);
        Assert.Contains("line 2: amount '\uFFFD[2J\uFFFD' is no amount of money, or is 0", terminal.Lines);
    }

    private static void Write(string path, string before, long count, char letter, string after)
    {
        using var file = new GZipStream(File.Create(path), CompressionLevel.Optimal);
        file.Write(System.Text.Encoding.UTF8.GetBytes(before));
        var block = new byte[1 << 20];
        Array.Fill(block, (byte)letter);
        for (; count > 0; count -= block.Length)
        {
            file.Write(block.AsSpan(0, (int)Math.Min(count, block.Length)));
        }

        file.Write(System.Text.Encoding.UTF8.GetBytes(after));
    }
}
