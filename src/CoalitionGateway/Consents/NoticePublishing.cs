using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Consents;

/// <summary>Publishes the notices that came with this gateway, before the first call is served.</summary>
internal sealed class NoticePublishing(CommandJournal journal, LedgerStore store, Notices notices) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (version, isMaterial) in notices.Published)
        {
            if (await store.Read(rows => rows.Find(new PublishedNotice.Of(version)), cancellationToken) is not null)
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

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
