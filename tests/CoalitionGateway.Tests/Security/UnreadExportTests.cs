using CoalitionGateway.Audit;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// A document that nobody reads is given up. A late reader gets the reason. (The fuzzer found a reset without a reason.)
/// </summary>
public sealed class UnreadExportTests
{
    [Fact]
    public async Task Export_NotReadInTime_EndsWithItsReason()
    {
        const int purchases = 2000;
        await using var coalition = new TestCoalition { Configure = options => (options.Privacy.ExportsPerCaller, options.Privacy.ExportPartSeconds) = (1, 1) };
        await coalition.InitializeAsync();
        var member = await coalition.Member(coalition.Alpha);
        using (var stream = coalition.Alpha.Client.Earning.StreamPurchases())
        {
            var reading = Task.Run(async () => await stream.ResponseStream.ReadAllAsync().CountAsync());
            for (var i = 0; i < purchases; i++)
            {
                await stream.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = TestCoalition.Purchase(coalition.Alpha, member, 1) });
            }

            await stream.RequestStream.CompleteAsync();
            Assert.Equal(purchases, await reading);
        }

        coalition.Gateway.TakeIn();
        using var held = member.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        Assert.True(await held.ResponseStream.MoveNext(CancellationToken.None));
        await Task.Delay(TimeSpan.FromSeconds(3));
        var failed = await Assert.ThrowsAsync<RpcException>(async () => await held.ResponseStream.ReadAllAsync().CountAsync());
        Assert.Equal((StatusCode.Aborted, "EXPORT_NOT_TAKEN"), (failed.StatusCode, GatewayRefusal.From(failed)?.ReasonText));
    }
}
