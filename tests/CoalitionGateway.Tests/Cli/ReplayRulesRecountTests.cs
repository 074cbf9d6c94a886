using System.Numerics;
using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Replay;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Tests.Cli;

/// <summary>Real purchases under rules, against a computation of its own.</summary>
[Collection(TerminalCollection.Name)]
public sealed class ReplayRulesRecountTests
{
    private static readonly string[] _largest = ["Amazon", "Travelodge", "Tesco", "Asda"];

    [Fact]
    public async Task RealPurchases_UnderRules_EqualAnIndependentComputation()
    {
        var whole = Path.Combine(ReplayTests.RepositoryRoot(), "..", "shared", "data", "purchases.csv.gz");
        Assert.SkipUnless(File.Exists(whole), "The file of real purchases, shared/data/purchases.csv.gz beside the repository, is not here.");
        using var data = new DataFolder();
        using var terminal = new Terminal();
        var (file, rows) = Soak.Soaks ? (whole, 105_437) : (data.File("smaller-brands.csv"), Write(whole, data.File("smaller-brands.csv")));
        await File.WriteAllTextAsync(data.File("rules.json"), RuleRecount.Rules, TestContext.Current.CancellationToken);
        var expected = RuleRecount.Of(file);
        var report = await ReplayCommand.OnDirectory(file, data.Path, new RuleFile(data.File("rules.json")), stop: TestContext.Current.CancellationToken);

        Assert.Equal((rows, rows, 0, true), (report.Rows, report.Accepted, report.Refused, report.Ledger.Balanced));
        Assert.Equal(
            expected.Brands.Select(brand => (brand.Key, brand.Value.Purchases, brand.Value.Refunds, Sum(brand.Value.Given), brand.Value.Reversed)),
            report.Brands.Select(brand => (brand.Brand, brand.Purchases, brand.Refunds, (BigInteger)brand.PointsEarned, (BigInteger)brand.PointsReversed)));
        Assert.All(report.Brands, brand => Assert.Equal(
            expected.Brands[brand.Brand].Given.Zip(expected.Brands[brand.Brand].Withheld),
            new[] { "agreement", "campaign food", "campaign tank", "tier regular" }.Select(name => brand.Rules!.Single(rule => rule.Name == name)).Select(rule => ((BigInteger)rule.PointsGiven, (BigInteger)rule.PointsWithheld))));

        var members = ReplayTests.MembersPoints(data);
        Assert.Equal(expected.Net.Count, members.Count);
        Assert.All(expected.Net, member => Assert.Equal(member.Value, members[(BrandPartner.IdOf(member.Key.Brand), member.Key.Card)]));

        var budgets = data.Query("SELECT name, balance_points FROM account WHERE kind = 11").ToDictionary(row => (string)row[0], row => (BigInteger)(long)row[1]);
        Assert.All(expected.Brands, brand => Assert.Equal(
            (brand.Value.Left[0], brand.Value.Left[1]), (budgets[$"budget/{BrandPartner.IdOf(brand.Key)}/food"], budgets[$"budget/{BrandPartner.IdOf(brand.Key)}/tank"])));
        Assert.Equal(2 * expected.Brands.Count, budgets.Count);
        Assert.Empty(Verification.Run(data.Path).Problems);

        // The rows must try each rule: a cap and both budgets that withhold, one that runs out, and one that lasts.
        var brands = expected.Brands.Values;
        Assert.True(Enumerable.Range(0, 4).All(rule => brands.Any(brand => brand.Withheld[rule] > 0)));
        Assert.True(Enumerable.Range(0, 2).All(campaign => brands.Any(brand => brand.Left[campaign].IsZero) && brands.Any(brand => brand.Left[campaign] > 0)));
    }

    /// <summary>Writes the rows of all brands but the four largest, which are more than half of all rows.</summary>
    private static int Write(string whole, string path)
    {
        using var source = RuleRecount.Open(whole);
        using var part = new StreamWriter(path);
        part.WriteLine(source.ReadLine());
        var rows = 0;
        while (source.ReadLine() is { } line)
        {
            if (!_largest.Any(brand => line.Contains($",{brand},", StringComparison.Ordinal)))
            {
                part.WriteLine(line);
                rows++;
            }
        }

        return rows;
    }

    private static BigInteger Sum(IEnumerable<BigInteger> points) => points.Aggregate(BigInteger.Zero, BigInteger.Add);
}
