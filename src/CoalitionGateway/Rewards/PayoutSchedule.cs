using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Schedules;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Rewards;

/// <summary>
/// Turns the points of a programme's members into vouchers of a group of rewards, on the days of their calendar. It can stop
/// anywhere and run again: a member gets one voucher of a group for one day.
/// </summary>
internal sealed class PayoutSchedule(CommandJournal journal, LedgerStore store, RewardReader reader, GatewayKeys keys,
    GatewayOptions options, TimeProvider clock) : ISchedule
{
    private const int _mostAtOnce = 200;
    private readonly OneTimeCodes _codes = new(keys, RewardService.VoucherCodes);

    // Payouts leave most places of the journal's queue to callers.
    private readonly int _atOnce = Math.Clamp(options.JournalCapacity / 8, 1, _mostAtOnce);

    public string Kind => EndPayouts.DueKind;

    public async Task<int> Settle(IReadOnlyCollection<Due> due, CancellationToken cancellation)
    {
        var settled = 0;
        foreach (var found in due)
        {
            var (programme, group) = EndPayouts.Read(found.Subject);
            settled += await Settle(programme, group, found.DueTime, cancellation);
        }

        return settled;
    }

    private async Task<int> Settle(ProgrammeId programme, string group, DateTime dueTime, CancellationToken cancellation)
    {
        var (calendar, versions) = await store.Read(
            rows => (Calendar.Of(rows.Find(new Programme.Of(programme))?.TimeZone ?? "UTC"),
                rows.FindAll(new Reward.ByProgramme(programme))), cancellation);
        var day = calendar.DayOf(dueTime);
        var settled = 0;
        var least = Reward.PaidOutOn(versions, group, day, calendar).Select(reward => (long?)reward.NeededPoints).Min();
        for (MembershipId? after = null; least is { } points;)
        {
            (var holders, after) = await reader.Holders(programme, points, after, Clock.Truncate(clock.GetUtcNow()), _atOnce, cancellation);
            settled += await journal.SubmitAll([.. holders.Select(holder => For(
                programme, day, group, holder.MembershipId, holder.MemberId))]);
            if (after is null)
            {
                break;
            }
        }

        return settled + await journal.SubmitAll([new EndPayouts(
            Caller.Gateway.NewContext(Guid.CreateVersion7()), programme, group, day, versions.Count)]);
    }

    private PayOutReward For(ProgrammeId programme, DateOnly day, string group, MembershipId membership, MemberId member)
    {
        var request = Guid.CreateVersion7();
        return new PayOutReward(Caller.Gateway.NewContext(request), programme, day, group, membership, member,
            _codes.HexHash(_codes.Make(member.ToString(), request)));
    }
}
