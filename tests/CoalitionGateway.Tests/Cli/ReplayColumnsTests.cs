using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Replay;
using CoalitionGateway.V1;

namespace CoalitionGateway.Tests.Cli;

/// <summary>The further columns of a purchase file: time, product, category, quantity and channel.</summary>
[Collection(TerminalCollection.Name)]
public sealed class ReplayColumnsTests
{
    private const string _header = "id,trans_date,time,card,brand,amount,product,category,quantity,channel";

    [Theory]
    [InlineData("2015-07-02", "", "2015-07-02T00:00:00Z")]
    [InlineData("2015-01-02", "18:30", "2015-01-02T18:30:00Z")]
    [InlineData("2015-07-02", "18:30:15", "2015-07-02T17:30:15Z")]
    [InlineData("2015-07-02", "00:10", "2015-07-01T23:10:00Z")]
    [InlineData("2015-10-25", "01:30", "2015-10-25T00:30:00Z")]
    [InlineData("", "2015-07-02T18:30:00Z", "2015-07-02T18:30:00Z")]
    [InlineData("2015-07-02", "2015-07-02T00:10:00.25+02:00", "2015-07-01T22:10:00.250Z")]
    public void Time_InEachForm_IsThePurchaseTime(string date, string time, string expected) =>
        Assert.Equal(expected, Purchase($"1,{date},{time},1000,BP,5.99,,,,").PurchaseTime.ToDiagnosticString().Trim('"'));

    [Fact]
    public void Details_AreTheOnlyLineAndTheChannel()
    {
        var purchase = Purchase("1,2015-01-02,,1000,BP,5.99,5010477348678,Vehicle Fuel,41.35,Web");
        Assert.Equal(SalesChannel.Web, purchase.Channel);
        Assert.Equal(
            new PurchaseLine { Product = "5010477348678", Category = "vehicle-fuel", QuantityThousandths = 41_350, AmountMicros = 5_990_000 },
            Assert.Single(purchase.Lines));
    }

    [Fact]
    public void ChannelAlone_MakesNoLine()
    {
        var purchase = Purchase("1,2015-01-02,,1000,BP,5.99,,,,app");
        Assert.Equal((SalesChannel.App, 0), (purchase.Channel, purchase.Lines.Count));
    }

    [Fact]
    public void Refund_WithDetails_IsAReturnOfItsAmount()
    {
        var made = Request("1,2015-07-02,18:30,1000,BP,-5.99,x,Fuel,-2,store").PurchaseReturn;
        Assert.Equal((5_990_000, "2015-07-02T17:30:00Z"), (made.Amount.Micros, made.ReturnTime.ToDiagnosticString().Trim('"')));
    }

    [Theory]
    [InlineData("Vehicle Fuel", "vehicle-fuel")]
    [InlineData("Mat'l Raw/Drct", "mat-l-raw/drct")]
    [InlineData("Bank & Goro  ChgsS.", "bank-goro-chgss.")]
    [InlineData("already--a_name/", "already--a_name/")]
    [InlineData(" - Food - ", "food")]
    public void Category_BecomesAName(string category, string name) => Assert.Equal(name, RowDetails.NameOf(category));

    [Theory]
    [InlineData("2015-01-02,25:00,1000,BP,5.00,,,,", "time '25:00' is neither HH:MM")]
    [InlineData("2015-01-02,2015-01-02 18:30:00,1000,BP,5.00,,,,", "time '2015-01-02 18:30:00' is neither HH:MM")]
    [InlineData("2015-01-02,2015-01-02T18:30:00,1000,BP,5.00,,,,", "time '2015-01-02T18:30:00' is neither HH:MM")]
    [InlineData("2015-03-29,01:30,1000,BP,5.00,,,,", "time '01:30:00' did not exist on 2015-03-29: the clocks of Europe/London went forward")]
    [InlineData("2015-01-02,2015-01-03T00:30:00Z,1000,BP,5.00,,,,", "is not on the day of trans_date '2015-01-02'")]
    [InlineData(",18:30,1000,BP,5.00,,,,", "trans_date '' is not YYYY-MM-DD")]
    [InlineData("2015-01-02,,1000,BP,5.00,,日本,,", "category '日本' makes no name")]
    [InlineData("2015-01-02,,1000,BP,5.00,,aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg,,", "makes no name: 1 to 64 characters")]
    [InlineData("2015-01-02,,1000,BP,5.00,,,0,", "quantity '0' is no number above 0")]
    [InlineData("2015-01-02,,1000,BP,5.00,,,-1,", "quantity '-1' is no number above 0")]
    [InlineData("2015-01-02,,1000,BP,5.00,,,1.0005,", "quantity '1.0005' is no number above 0")]
    [InlineData("2015-01-02,,1000,BP,5.00,,,two,", "quantity 'two' is no number above 0")]
    [InlineData("2015-01-02,,1000,BP,5.00,,,9999999,", "quantity '9999999' is no number above 0")]
    [InlineData("2015-01-02,,1000,BP,5.00,,,,post", "channel 'post' is not store, web or app")]
    public void WrongValue_IsToldWithItsLine(string row, string problem)
    {
        using var data = new DataFolder();
        using var file = File(data, $"1,{row}", "2,2015-01-02,,1000,BP,5.00,,,,");
        var read = file.Rows().ToArray();
        Assert.Equal((2, null), (read[0].Line, read[0].Row));
        Assert.Contains(problem, read[0].Problem, StringComparison.Ordinal);
        Assert.NotNull(read[1].Row);
    }

    [Fact]
    public void Header_WithATime_NeedsNoDate_AndWithoutOne_NeedsIt()
    {
        using var data = new DataFolder();
        System.IO.File.WriteAllText(data.File("rows.csv"), "id,time,card,brand,amount\n1,2015-07-02T18:30:00Z,1000,BP,5\n");
        using (var file = new PurchaseFile(data.File("rows.csv")))
        {
            Assert.NotNull(Assert.Single(file.Rows()).Row);
        }

        System.IO.File.WriteAllText(data.File("rows.csv"), "id,card,brand,amount\n");
        var failed = Assert.Throws<CommandFailedException>(() => new PurchaseFile(data.File("rows.csv")));
        Assert.Contains("lacks the columns trans_date", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProductThatIsTooLong_IsRefusedByTheGateway_WithItsLine()
    {
        using var data = new DataFolder();
        using var terminal = new Terminal();
        SampleFile.Write(data.File("rows.csv.gz"), _header, $"1,2015-01-02,,1000,BP,5.00,{new string('x', 65)},,,", "2,2015-01-02,12:00,1000,BP,5.00,x,Fuel,1,store");
        var report = await ReplayCommand.OnDirectory(data.File("rows.csv.gz"), data.Path);
        Assert.Equal((1, 1), (report.Accepted, report.Refused));
        Assert.Contains("product", Assert.Single(terminal.Lines, printed => printed.StartsWith("line 2: ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static RecordPurchaseRequest Purchase(string row) => Request(row).Purchase;

    private static StreamPurchasesRequest Request(string row)
    {
        using var data = new DataFolder();
        using var file = File(data, row);
        var read = Assert.Single(file.Rows());
        Assert.Null(read.Problem);
        return BrandPartner.Entry("BP", read.Row!);
    }

    private static PurchaseFile File(DataFolder data, params string[] rows)
    {
        SampleFile.Write(data.File("rows.csv.gz"), [_header, .. rows]);
        return new PurchaseFile(data.File("rows.csv.gz"));
    }
}
