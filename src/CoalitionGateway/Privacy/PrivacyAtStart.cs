using CoalitionGateway.Consents;
using CoalitionGateway.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.MemberKeys;
using CoalitionGateway.Store;

namespace CoalitionGateway.Privacy;

/// <summary>
/// Before the first call is served: erasures that were begun are finished; those that the key database knows of and the
/// ledger does not, because it was restored from a backup, are done again; profiles of an earlier gateway are sealed; and
/// notices that came with this gateway are published.
/// </summary>
internal sealed partial class PrivacyAtStart(
    CommandJournal journal, LedgerStore store, PrivacyReader reader, MemberKeyStore keys, SealedProfiles profiles, Erasing erasing, Notices notices, ILogger<PrivacyAtStart> log)
    : IHostedService
{
    private static readonly Caller _gateway = new(CallerKind.Operator, "gateway");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Publish(cancellationToken);
        foreach (var profile in await reader.ProfilesWithout(MemberKey.Prefix, cancellationToken))
        {
            var plain = await profiles.Open(profile, cancellationToken);
            await journal.Submit<ProfileRectified>(
                new RectifyProfile(Issue(), profile.MemberId, plain!, await profiles.Seal(plain!, cancellationToken), []), cancellationToken);
        }

        var erased = (await keys.Erased(cancellationToken)).ToDictionary(row => new MemberId(row.MemberId));
        var known = (await reader.Erasures(cancellationToken)).ToDictionary(row => row.MemberId);
        foreach (var begun in known.Values.Where(row => !erased.ContainsKey(row.MemberId)))
        {
            var body = await store.Read(rows => rows.Find(new StoredEvent.Of(begun.EventId)), cancellationToken);
            await erasing.Finish((MemberErased)EventCodec.Decode(body!.Body), cancellationToken);
            LogFinished(begun.MemberId);
        }

        foreach (var lost in erased.Values.Where(row => !known.ContainsKey(new MemberId(row.MemberId))).Select(row => new MemberId(row.MemberId)))
        {
            // Whose memberships had gone to another member has nothing of their own.
            if ((await store.Read(rows => rows.FindAll(new Membership.ByMember(lost)), cancellationToken)).Count > 0)
            {
                await EraseAgain(lost, cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Publish(CancellationToken cancellation)
    {
        foreach (var (version, isMaterial) in notices.Published)
        {
            if (await store.Read(rows => rows.Find(new PublishedNotice.Of(version)), cancellation) is null)
            {
                try
                {
                    await journal.Submit<NoticePublished>(new PublishNotice(Issue(), version, isMaterial, notices.Texts(version)), cancellation);
                }
                catch (RefusedException)
                {
                    // Another gateway was first.
                }
            }
        }
    }

    private async Task EraseAgain(MemberId member, CancellationToken cancellation)
    {
        try
        {
            await erasing.Erase(Issue(), member, settlesPoints: true, cancellation);
            LogAgain(member);
        }
        catch (RefusedException refused)
        {
            // A hold that the backup still has: for the officer to release. The keys are destroyed already.
            LogRefused(member, refused.Refusal.Reason);
        }
    }

    private static Issue Issue() => new(_gateway, Guid.CreateVersion7(), new EventId(Guid.CreateVersion7()));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The erasure of {Member} was finished")]
    private partial void LogFinished(MemberId member);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Member} was erased before and is there again: erased once more")]
    private partial void LogAgain(MemberId member);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Member} was erased before, is there again and cannot be erased: {Reason}")]
    private partial void LogRefused(MemberId member, RefusalReason reason);
}
