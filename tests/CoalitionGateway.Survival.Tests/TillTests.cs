using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CoalitionGateway.Survival.Tests.Hosting;
using CoalitionGateway.Till;
using CoalitionGateway.V1;
using Google.Protobuf;

namespace CoalitionGateway.Survival.Tests;

/// <summary>Kills tills that keep their requests in an outbox, and compares the tills' own books with the coalition's.</summary>
public sealed class TillTests
{
    private static readonly MessageDescriptors _types = new();

    [Fact]
    public async Task Till_KilledThirtyTimes_HasTheBooksOfTheCoalition()
    {
        using var data = new DataFolder();
        using var gateway = new GatewayProcess(data.Path);
        await gateway.Start();
        var secret = await Front.Found(gateway);
        var kills = Soak.Count(30, 300);
        for (var i = 0; i < kills; i++)
        {
            using var till = Start(gateway, secret, data.Path, sales: 40);
            var wanted = Lines(data.Path) + Random.Shared.Next(1, 35);
            await Soak.Until(() => Lines(data.Path) >= wanted, $"the till has no {wanted} answers");
            await Task.Delay(Random.Shared.Next(20));
            till.Kill();
            await till.WaitForExitAsync();
        }

        using (var last = Start(gateway, secret, data.Path, sales: 0))
        {
            await last.WaitForExitAsync();
            Assert.Equal(0, last.ExitCode);
        }

        using var front = await Front.Open(gateway, secret);
        await Compare(front, Books(data.Path));
    }

    private static int Lines(string folder) => File.Exists(Journal(folder)) ? File.ReadLines(Journal(folder)).Count() : 0;

    private static string Journal(string folder) => Path.Combine(folder, "journal.jsonl");

    /// <summary>The till's books: each answered request once. The answer that a kill let it write twice is the same answer.</summary>
    private static List<TillEntry> Books(string folder)
    {
        var lines = File.ReadAllLines(Journal(folder)).Select(line => JsonSerializer.Deserialize<TillEntry>(line)!).ToList();
        return [.. lines.GroupBy(entry => entry.RequestId).Select(same => Assert.Single(same.Distinct()))];
    }

    private static async Task Compare(Front front, List<TillEntry> books)
    {
        var earning = new EarningService.EarningServiceClient(front.Channel);
        var rewards = new RewardService.RewardServiceClient(front.Channel);
        var sold = books.Select(_types.Read).Where(entry => entry is { Request: RecordPurchaseRequest, Answer: not null }).Select(entry => ((RecordPurchaseRequest)entry.Request).PurchaseReference);
        var paid = books.Select(_types.Read).Where(entry => entry is { Request: ReservePointsRequest, Answer: not null }).Select(entry => ((ReservePointsRequest)entry.Request).RedemptionReference);
        var recorded = Pages.Of(new ListPurchasesRequest { PageSize = 200 }, (request, _) => earning.ListPurchasesAsync(request, front.As(Front.Alpha)), page => page.Purchases);
        var redeemed = Pages.Of(new ListRedemptionsRequest { PageSize = 200 }, (request, _) => rewards.ListRedemptionsAsync(request, front.As(Front.Alpha)), page => page.Redemptions);
        Assert.Equal(sold.Order(StringComparer.Ordinal), (await recorded.ToListAsync()).Select(row => row.PurchaseReference).Order(StringComparer.Ordinal));
        Assert.Equal(paid.Order(StringComparer.Ordinal), (await redeemed.ToListAsync()).Select(row => row.RedemptionReference).Order(StringComparer.Ordinal));

        var effects = books.Select(_types.Read).SelectMany(entry => Sent.EffectOf(entry.Answer)).Sum(effect => effect.Points);
        var held = 0L;
        for (var i = 0; i < Front.Members; i++)
        {
            var balances = (GetBalancesResponse)await front.Call(new GetBalancesRequest(), $"a-{i}");
            held += balances.Balances.Sum(balance => balance.AvailablePoints - balance.OwedPoints);
        }

        Assert.Equal(effects, held);
        Assert.True(books.Count > 100, $"The tills had only {books.Count} answers: this shows little.");
        Soak.Tell($"till killed: {books.Count} answers, {books.Count(entry => entry.Refusal is not null)} of them refusals; the books agree");
    }

    private static Process Start(GatewayProcess gateway, string secret, string folder, int sales)
    {
        var members = Enumerable.Range(0, Front.Members).Select(i => $"a-{i}");
        return Process.Start(new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "till.dll"), gateway.Grpc.OriginalString, new Uri(gateway.Http, "oauth/token").ToString(), Front.Alpha, secret, folder,
            sales.ToString(CultureInfo.InvariantCulture), .. members,
        ]))!;
    }

    /// <summary>Reads requests and answers of the books.</summary>
    private sealed class MessageDescriptors
    {
        private readonly Dictionary<string, Google.Protobuf.Reflection.MessageDescriptor> _all = EarningReflection.Descriptor.MessageTypes
            .Concat(RewardReflection.Descriptor.MessageTypes).ToDictionary(type => type.Name);

        public (IMessage Request, IMessage? Answer) Read(TillEntry entry) => (
            _all[$"{entry.Method}Request"].Parser.ParseJson(entry.Request), entry.Answer is null ? null : _all[$"{entry.Method}Response"].Parser.ParseJson(entry.Answer));
    }
}
