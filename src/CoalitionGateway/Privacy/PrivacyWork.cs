using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Schedules;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Privacy;

/// <summary>
/// Finishes erasures that were begun. Repeats erasures that the key database lists and
/// the ledger lacks, because the ledger was restored from a backup. Seals profiles that an earlier gateway stored unsealed.
/// </summary>
internal sealed partial class PrivacyWork(
    CommandJournal journal, LedgerStore store, PrivacyReader reader, DueReader due, ErasureSchedule schedule, MemberKeyStore keys, SealedProfiles profiles,
    Erasing erasing, ILogger<PrivacyWork> log)
    : IFirstWork
{
    private readonly ILogger _log = log;

    public async Task Run(CancellationToken cancellation)
    {
        await keys.Check(cancellation);
        foreach (var begun in await due.Of(schedule.Kind, cancellation))
        {
            await schedule.Settle([begun], cancellation);
        }

        await EraseAgain(cancellation);
        await Seal(cancellation);
    }

    private async Task EraseAgain(CancellationToken cancellation)
    {
        var known = (await reader.Erasures(cancellation)).Select(row => row.MemberId).ToHashSet();
        foreach (var lost in (await Done(cancellation)).Except(known))
        {
            // Skip members whose memberships were all linked to someone else.
            if ((await store.Read(rows => rows.FindAll(new Membership.ByMember(lost)), cancellation)).Count == 0)
            {
                continue;
            }

            try
            {
                await erasing.Erase(NewContext(), lost, settlesPoints: true);
                LogAgain(lost);
            }
            catch (RefusedException refused) when (refused.Refusal.Reason != RefusalReason.MemberNotFound)
            {
                // The backup still has a hold, which an officer must release. The keys are destroyed already.
                LogRefused(lost, refused.Refusal.Reason);
            }
            catch (RefusedException)
            {
                // Another gateway was first.
            }
        }
    }

    private async Task Seal(CancellationToken cancellation)
    {
        var erased = await Done(cancellation);
        foreach (var profile in (await reader.ProfilesWithout(MemberKey.Prefix, cancellation)).Where(row => !erased.Contains(row.MemberId)))
        {
            var plain = await profiles.Open(profile, cancellation);
            await journal.Submit<ProfileRectified>(
                new RectifyProfile(NewContext(), profile.MemberId, plain!, await profiles.Seal(plain!, cancellation), []) { IfStill = profile });
        }
    }

    private async Task<IReadOnlySet<MemberId>> Done(CancellationToken cancellation) =>
        (await keys.Erased(cancellation)).Select(row => new MemberId(row.MemberId)).ToHashSet();

    private static CommandContext NewContext() => Caller.Gateway.NewContext(Guid.CreateVersion7());

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Member} was erased before and is there again: erased once more")]
    private partial void LogAgain(MemberId member);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Member} was erased before, is there again and cannot be erased: {Reason}")]
    private partial void LogRefused(MemberId member, RefusalReason reason);
}
