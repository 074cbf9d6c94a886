using CoalitionGateway.Client;
using CoalitionGateway.Till;

// till ADDRESS TOKEN_ENDPOINT CLIENT_ID SECRET FOLDER SALES NUMBER...
// A till as a partner writes it. It adds SALES requests to its outbox, for members with the numbers, and sends what the outbox holds.
// It ends once the outbox is empty. It can be killed at any moment and started again in the same folder.
using var http = new HttpClient();
using var tokens = new TokenSource(http, new Uri(args[1]), args[2], args[3]);
using var client = new CoalitionClient(new Uri(args[0]), tokens.Get);
using var journal = TillJournal.Open(Path.Combine(args[4], "journal.jsonl"));
using var outbox = Outbox.Open(Path.Combine(args[4], "outbox.jsonl"));

var selling = Task.Run(async () =>
{
    await new Sales(journal, outbox, args[6..]).Sell(int.Parse(args[5]));
    outbox.Complete();
});

await foreach (var answer in outbox.Send(client, CancellationToken.None))
{
    journal.Write(answer);
}

await selling;
