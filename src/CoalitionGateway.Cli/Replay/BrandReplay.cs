using System.Collections.Concurrent;
using System.Threading.Channels;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Cli.Replay;

/// <summary>
/// One brand of a purchase file: a partner with its own programme, its members, and one stream of its rows in file order.
/// If the gateway is away or asks to wait, the replay opens a new stream and continues with the first row that has no
/// answer. If the command is stopped, the replay sends no more rows and waits for the answers to the rows it sent.
/// </summary>
internal sealed class BrandReplay(
    string brand, Connection connection, BrandFounding founding, Action<int, string> report, CancellationToken stop)
{
    private const string _expired = "expired";

    // If a token is refused as expired within this time, a new token does not help.
    private const int _soonMilliseconds = 10_000;

    private readonly Channel<ReadRow> _rows = Channel.CreateBounded<ReadRow>(new BoundedChannelOptions(1024) { SingleReader = true, SingleWriter = true });
    private readonly HashSet<string> _cards = [];
    private readonly AwardTally? _tally = founding.RulesOf(brand) is { } rules ? new AwardTally(rules) : null;

    // The rows that were sent and have no answer yet, in order. HTTP/2's flow-control windows bound their number.
    private readonly ConcurrentQueue<(int Line, StreamPurchasesRequest Entry)> _unanswered = [];
    private long _withoutMember;
    private BrandResult _result = new(brand, 0, 0, 0, 0, 0);

    /// <summary>Queues a row. Waits while the queue is full.</summary>
    public ValueTask Add(ReadRow row) => _rows.Writer.WriteAsync(row, stop);

    public void Complete(Exception? failed = null) => _rows.Writer.TryComplete(failed);

    public async Task<BrandResult> Run()
    {
        try
        {
            return await Stream();
        }
        catch (Exception failed)
        {
            // The writer of rows must not wait for a reader that is gone.
            _rows.Writer.TryComplete();
            throw failed is RpcException call
                ? new CommandFailedException($"{brand}: {FailedCall.Say(call)}{(Retries.MayPass(call) ? " Run again: what was recorded is not recorded twice." : "")}", failed)
                : failed;
        }
    }

    private async Task<BrandResult> Stream()
    {
        CoalitionClient client;
        try
        {
            client = await founding.Found(brand, stop);
        }
        catch (RpcException failed) when (GatewayRefusal.From(failed) is { } refusal && FailedCall.IsOfTheRequest(failed))
        {
            return await RefuseAll(refusal);
        }
        catch (RpcException) when (stop.IsCancellationRequested)
        {
            return _result;
        }

        await UntilAllIsAnswered(client);
        return _result with { Members = _cards.Count, Refused = _result.Refused + _withoutMember, Rules = _tally?.Results };
    }

    private async Task UntilAllIsAnswered(CoalitionClient client)
    {
        var wait = connection.Retries.Begin();
        while (true)
        {
            var (before, opened) = (_result, Environment.TickCount64);
            try
            {
                await OneStream(client, wait);
                return;
            }
            catch (RefusedForNowException later)
            {
                if (!await Waited(wait.Wait(later.Refusal, stop)))
                {
                    throw new CommandFailedException($"{brand}: The gateway refuses with {later.Refusal.ReasonText}: {later.Refusal.Message} Run again: what was recorded is not recorded twice.", later);
                }
            }
            catch (RpcException ended)
            {
                // A token can expire during a stream, even during an idle one. The next stream gets a new token.
                var isRenewed = IsExpired(ended) && (_result != before || Environment.TickCount64 - opened > _soonMilliseconds);
                if (!stop.IsCancellationRequested && !isRenewed && !await Waited(wait.Wait(ended, stop)))
                {
                    throw;
                }
            }

            if (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Opens a stream, and sends the unanswered rows and then the rest, until a failure or the last row.</summary>
    private async Task OneStream(CoalitionClient client, RetryWait wait)
    {
        using var ending = new CancellationTokenSource();
        using var stream = client.Earning.StreamPurchases(cancellationToken: ending.Token);
        var sending = Send(client, stream.RequestStream, ending.Token);
        var reading = Read(stream.ResponseStream, wait);
        try
        {
            // The reader sees a failure of the stream. A failure of the sender comes from an enrolment.
            if (await Task.WhenAny(sending, reading) == sending)
            {
                await sending;
            }

            await reading;
            if (stop.IsCancellationRequested || _rows.Reader.Completion.IsCompleted)
            {
                await sending;
            }

            if (!sending.IsCompleted || !_unanswered.IsEmpty)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "The stream ended before all was answered."));
            }
        }
        catch
        {
            await ending.CancelAsync();
            await Task.WhenAll(sending, reading).ContinueWith(_ => { }, TaskScheduler.Default);
            throw;
        }
    }

    private async Task Send(CoalitionClient client, IClientStreamWriter<StreamPurchasesRequest> stream, CancellationToken ending)
    {
        var again = _unanswered.ToArray();
        foreach (var (i, (_, entry)) in again.Index())
        {
            if (!await stream.TryWrite(entry, isFollowed: i < again.Length - 1))
            {
                return;
            }
        }

        while (!stop.IsCancellationRequested && await _rows.Reader.WaitToReadAsync(ending))
        {
            if (!_rows.Reader.TryRead(out var read) || !await IsMember(client, read.Row!, read.Line))
            {
                continue;
            }

            var entry = BrandPartner.Entry(brand, read.Row!);
            _unanswered.Enqueue((read.Line, entry));
            if (!await stream.TryWrite(entry, isFollowed: _rows.Reader.Count > 0))
            {
                return;
            }
        }

        await stream.TryComplete();
    }

    /// <summary>Waits. Returns true also after a stop of the command; the caller checks for the stop.</summary>
    private static async Task<bool> Waited(Task<bool> wait)
    {
        try
        {
            return await wait;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private static bool IsExpired(RpcException failed) =>
        GatewayRefusal.From(failed) is { Reason: ErrorReason.TokenInvalid } refusal && refusal.Metadata.GetValueOrDefault("problem") == _expired;

    private async Task<BrandResult> RefuseAll(GatewayRefusal refusal)
    {
        await foreach (var (line, _, _) in _rows.Reader.ReadAllAsync(CancellationToken.None))
        {
            report(line, $"brand: {refusal.ReasonText}: {refusal.Message}");
            _result = _result with { Refused = _result.Refused + 1 };
        }

        return _result;
    }

    private async Task Read(IAsyncStreamReader<StreamPurchasesResponse> answers, RetryWait wait)
    {
        // A stopped command still reads the answers to the rows that it sent.
        await foreach (var answer in answers.ReadAllAsync(CancellationToken.None))
        {
            var refusal = answer.Refusal is null ? null : GatewayRefusal.From(answer.Refusal);
            if (refusal is { MayPass: true })
            {
                throw new RefusedForNowException(refusal);
            }

            if (!_unanswered.TryDequeue(out var sent))
            {
                throw new CommandFailedException($"{brand}: the gateway answered more rows than it was sent.");
            }

            var line = sent.Line;
            wait.Progressed();
            switch (answer.OutcomeCase)
            {
                case StreamPurchasesResponse.OutcomeOneofCase.Purchase:
                    _tally?.Add(answer.Purchase);
                    _result = _result with { Purchases = _result.Purchases + 1, PointsEarned = _result.PointsEarned + answer.Purchase.GivenPoints };
                    break;
                case StreamPurchasesResponse.OutcomeOneofCase.PurchaseReturn:
                    _result = _result with { Refunds = _result.Refunds + 1, PointsReversed = _result.PointsReversed + answer.PurchaseReturn.TakenPoints };
                    break;
                case StreamPurchasesResponse.OutcomeOneofCase.Refusal:
                    _result = _result with { Refused = _result.Refused + 1 };
                    report(line, $"{refusal?.ReasonText}: {answer.Refusal!.Message}");
                    break;
                default:
                    throw new CommandFailedException($"{brand}: the gateway's answer to line {line} has an outcome that this command does not know.");
            }
        }
    }

    /// <summary>Enrols the row's card if it is new. Returns false if it was refused or the command was stopped.</summary>
    private async Task<bool> IsMember(CoalitionClient client, PurchaseRow row, int line)
    {
        if (_cards.Contains(row.Card))
        {
            return true;
        }

        try
        {
            var request = new EnrollMemberRequest { RequestId = ReplayIds.Member(brand, row.Card), MembershipNumber = row.Card };
            await client.Members.EnrollMemberAsync(request, cancellationToken: stop);
            return _cards.Add(row.Card);
        }
        catch (RpcException) when (stop.IsCancellationRequested)
        {
            // The enrolment was given up. The rows sent before it still get their answers.
            return false;
        }
        catch (RpcException refused) when (GatewayRefusal.From(refused) is { } refusal && !Retries.MayPass(refused))
        {
            report(line, $"card: {refusal.ReasonText}: {refusal.Message}");
            _withoutMember++;
            return false;
        }
    }

    /// <summary>The gateway refused an entry of the stream, and the same entry may succeed later.</summary>
    private sealed class RefusedForNowException(GatewayRefusal refusal) : Exception(refusal.Message)
    {
        public GatewayRefusal Refusal { get; } = refusal;
    }
}
