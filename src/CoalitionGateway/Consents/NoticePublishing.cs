using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Schedules;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Consents;

/// <summary>Publishes the notices that came with this gateway.</summary>
internal sealed class NoticePublishing(CommandJournal journal, LedgerStore store, Notices notices) : IFirstWork
{
    public async Task Run(CancellationToken cancellation)
    {
        foreach (var (version, isMaterial) in notices.Published)
        {
            if (await store.Read(rows => rows.Find(new PublishedNotice.Of(version)), cancellation) is not null)
            {
                continue;
            }

            try
            {
                await journal.Submit<NoticePublished>(new PublishNotice(Caller.Gateway.NewContext(Guid.CreateVersion7()), version, isMaterial, notices.Texts(version)));
            }
            catch (RefusedException)
            {
                // Another gateway was first.
            }
        }
    }
}
