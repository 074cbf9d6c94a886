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
/// Turns the points of a programme's members into vouchers on the days of its calendar. It can stop anywhere and run again: a
/// member gets one voucher of a group for one day.
/// </summary>
internal sealed class PayoutSchedule(CommandJournal journal, LedgerStore store, RewardReader reader, GatewayKeys keys) : ISchedule
{
    private const int _atOnce = 200;
    private readonly OneTimeCodes _codes = new(keys, RewardService.VoucherCodes);

    public string Kind => EndPayouts.DueKind;

    public async Task<int> Settle(IReadOnlyCollection<Due> due, CancellationToken cancellation)
    {
        var settled = 0;
        foreach (var found in due)
        {
            settled += await Settle(new ProgrammeId(found.Subject), found.DueTime, cancellation);
        }

        return settled;
    }

    private async Task<int> Settle(ProgrammeId programme, DateTime dueTime, CancellationToken cancellation)
    {
        var (day, rewards) = await store.Read(
            rows => (
                Calendar.Of(rows.Find(new Programme.Of(programme))?.TimeZone ?? "UTC").DayOf(dueTime), Reward.Latest(rows.FindAll(new Reward.ByProgramme(programme)))),
            cancellation);
        var settled = 0;
        foreach (var group in rewards.Where(reward => reward.IsPaidOutOn(day)).GroupBy(reward => reward.PayoutGroup, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var least = group.Min(reward => Math.Max(reward.Rule.Payout!.LeastPoints, reward.Rule.PricePoints));
            MembershipId? after = null;
            do
            {
                (var holders, after) = await reader.Holders(programme, least, after, _atOnce, cancellation);
                settled += await journal.SubmitAll([.. holders.Select(holder => For(programme, day, group.Key, holder.MembershipId, holder.MemberId))]);
            }
            while (after is not null);
        }

        return settled + await journal.SubmitAll([new EndPayouts(Caller.Gateway.NewContext(Guid.CreateVersion7()), programme, day)]);
    }

    private PayOutReward For(ProgrammeId programme, DateOnly day, string group, MembershipId membership, MemberId member)
    {
        var request = Guid.CreateVersion7();
        return new PayOutReward(Caller.Gateway.NewContext(request), programme, day, group, membership, member, _codes.HashOrNone(_codes.Make(member.ToString(), request))!);
    }
}
