using CoalitionGateway.Platform.Schedules;
using CoalitionGateway.V1;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Rules;

/// <summary>Sweeps that are stopped anywhere and run again, and several at the same time: each thing is posted once.</summary>
public sealed class SweepTests : IAsyncLifetime
{
    private const int _members = 20;
    private const int _days = 15;
    private readonly RuledCoalition _ruled = new();

    private TestPartner Alpha => _ruled.Alpha;

    public async ValueTask InitializeAsync() => await _ruled.InitializeAsync();

    public ValueTask DisposeAsync() => _ruled.DisposeAsync();

    [Fact]
    public async Task Sweep_StoppedAtAnyPointAndBesideAnother_PostsEachLotOnce()
    {
        var members = await Task.WhenAll(Enumerable.Range(0, _members).Select(_ => _ruled.Coalition.Member(Alpha)));
        await _ruled.Terms(Alpha, new ProgrammeTerms { PendingDays = 3, Expiry = new Expiry { Months = 12, Snap = ExpirySnap.Day }, Inactivity = new InactivityRule { Months = 100 } });
        foreach (var member in members)
        {
            for (var i = 0; i < _days; i++)
            {
                await RuledCoalition.Buy(Alpha, member, 7, 700 - i);
            }

            await RuledCoalition.Buy(Alpha, member, 5, 20);
        }

        var sweeper = _ruled.Coalition.Gateway.Services.GetRequiredService<Sweeper>();
        for (var i = 0; i < 60; i++)
        {
            await Task.WhenAll(Stopped(sweeper, i % 8), Stopped(sweeper, (i * 3) % 11));
        }

        while (await _ruled.Sweep() > 0)
        {
        }

        foreach (var member in members)
        {
            var movements = await Movements(member);
            Assert.Equal(_days * 7, -movements.Where(found => found.Kind == MovementKind.Expired).Sum(found => found.Points));
            Assert.Equal(5, (await RuledCoalition.Balance(member, Alpha)).AvailablePoints);
        }

        Assert.Equal(_members * _days * 7, Scalar("SELECT CAST(sum(balance_points) AS bigint) FROM account WHERE name LIKE 'breakage/%'"));
        Assert.Equal(0, Scalar("SELECT CAST(sum(balance_points) AS bigint) FROM account"));
        Assert.Equal(_members, Scalar("SELECT count(*) FROM due WHERE kind = 'lot'"));
        Assert.Equal(0, await _ruled.Sweep());
    }

    /// <summary>A sweep that is cancelled after some milliseconds.</summary>
    private static async Task Stopped(Sweeper sweeper, int milliseconds)
    {
        using var stop = new CancellationTokenSource(milliseconds);
        try
        {
            await sweeper.Sweep(stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The next sweep goes on.
        }
    }

    private long Scalar(string sql) => _ruled.Coalition.Gateway.Scalar(sql);

    private async Task<IReadOnlyList<PointsMovement>> Movements(TestMember member) =>
        (await member.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Alpha.ProgrammeId, PageSize = 200 })).Movements;
}
