using System.Runtime.CompilerServices;
using CoalitionGateway.V1;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Client;

/// <summary>
/// Keeps the requests of a till that may lose its connection or be switched off at any time. A file holds each request until its
/// answer has been handled. <see cref="Send"/> sends the requests one by one, in the order in which they were added. A request
/// that is sent again after a crash has the same request id, so the gateway executes it once and repeats its answer.
/// Thread-safe; one process can open the file at a time. The file holds membership numbers, receipts and codes of vouchers in
/// plain text: keep it where only the till can read it.
/// </summary>
public sealed class Outbox : IDisposable
{
    private readonly OutboxFile _file;
    private readonly Lock _lock = new();
    private readonly Queue<OutboxRequest> _waiting;
    private TaskCompletionSource _added = NewSignal();
    private int _isSending;
    private bool _isComplete;

    private Outbox(OutboxFile file, IEnumerable<OutboxRequest> waiting) => (_file, _waiting) = (file, new Queue<OutboxRequest>(waiting));

    /// <summary>The number of requests whose answers have not been handled.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>
    /// Opens the file, or makes it. A crash can leave a half-written last line. Opening removes it: <see cref="Add"/> had not
    /// returned for that request.
    /// </summary>
    /// <exception cref="IOException">Another process has the file open, or the file cannot be read or written.</exception>
    /// <exception cref="FormatException">The file is damaged. The message names the line.</exception>
    public static Outbox Open(string path)
    {
        var (file, waiting) = OutboxFile.Open(path);
        return new Outbox(file, waiting);
    }

    /// <summary>Adds a request. When this returns, the request is on the disk.</summary>
    /// <param name="request">
    /// A RecordPurchaseRequest, ReversePurchaseRequest, RecordReturnRequest, UndoReturnRequest, ReservePointsRequest,
    /// CaptureRedemptionRequest, ReleaseRedemptionRequest, RefundRedemptionRequest or UseVoucherRequest. An empty request_id is
    /// filled in. Do not add a payment with a payment_code while the till is offline: the code ends after ten minutes.
    /// </param>
    /// <returns>The request as it is kept, with its request id.</returns>
    /// <exception cref="ArgumentException">The request is of another type, or has a time that no JSON can hold.</exception>
    /// <exception cref="IOException">The request is not kept, because the file cannot be written.</exception>
    /// <exception cref="InvalidOperationException"><see cref="Complete"/> was called.</exception>
    public OutboxRequest Add(IMessage request)
    {
        var added = OutboxRequest.Of(request);
        var line = OutboxFile.Format(added);
        lock (_lock)
        {
            if (_isComplete)
            {
                throw new InvalidOperationException("The outbox is complete: nothing can be added before it is opened again.");
            }

            _file.Add(line);
            _waiting.Enqueue(added);
            _added.TrySetResult();
        }

        return added;
    }

    /// <summary>Ends the adding: <see cref="Send"/> ends once the outbox is empty.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            _added.TrySetResult();
        }
    }

    /// <summary>
    /// Sends the requests in order and yields each with its answer or its refusal, then waits for more. When the caller asks for
    /// the next answer, the request before it leaves the outbox. If the program ends earlier, the next call yields the same
    /// answer again. While the gateway is away, this waits for it without an end.
    /// </summary>
    /// <param name="client">Sends the requests, each for as long as the client's <see cref="Retries"/> say; then this starts anew.</param>
    /// <param name="cancellation">Ends the sending. Nothing is lost.</param>
    /// <exception cref="RpcException">
    /// The call failed for a reason that is not the request's, such as UNAUTHENTICATED, PERMISSION_DENIED or INTERNAL. The request
    /// stays the first one. Mend the cause and call this again, or call <see cref="Skip"/>.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">Another caller is sending.</exception>
    public async IAsyncEnumerable<OutboxAnswer> Send(CoalitionClient client, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref _isSending, 1) == 1)
        {
            throw new InvalidOperationException("The outbox is being sent already: requests are sent in order by one caller.");
        }

        try
        {
            while (await First(cancellation).ConfigureAwait(false) is { } request)
            {
                yield return await Send(client, request, cancellation).ConfigureAwait(false);
                lock (_lock)
                {
                    Remove(request);
                }
            }
        }
        finally
        {
            _isSending = 0;
        }
    }

    /// <summary>
    /// Takes the first request out without an answer, for example one that no gateway executes. The caller must settle it in
    /// another way. Not while <see cref="Send"/> runs.
    /// </summary>
    /// <returns>The request; null: the outbox is empty.</returns>
    /// <exception cref="InvalidOperationException">Requests are being sent.</exception>
    public OutboxRequest? Skip()
    {
        if (Interlocked.Exchange(ref _isSending, 1) == 1)
        {
            throw new InvalidOperationException("End the sending first: the first request may be under way.");
        }

        try
        {
            lock (_lock)
            {
                return _waiting.TryPeek(out var first) ? Remove(first) : null;
            }
        }
        finally
        {
            _isSending = 0;
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Takes out the first request. The caller holds the lock.</summary>
    private OutboxRequest Remove(OutboxRequest first)
    {
        _file.Remove(first, _waiting.Count - 1, _waiting.Skip(1));
        return _waiting.Dequeue();
    }

    private static async Task<OutboxAnswer> Send(CoalitionClient client, OutboxRequest request, CancellationToken cancellation)
    {
        for (var wait = new Retries { Patience = TimeSpan.MaxValue }.Begin(); ;)
        {
            try
            {
                return new OutboxAnswer(request, await request.Send(client, cancellation).ConfigureAwait(false), null);
            }
            catch (RpcException failed) when (cancellation.IsCancellationRequested && failed.StatusCode == StatusCode.Cancelled)
            {
                throw new OperationCanceledException("The sending was cancelled.", failed, cancellation);
            }
            catch (RpcException failed) when (IsAnswer(failed))
            {
                return new OutboxAnswer(request, null, GatewayRefusal.From(failed));
            }
            catch (RpcException failed)
            {
                if (!await wait.Wait(failed, cancellation).ConfigureAwait(false))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Whether the gateway refused the request itself, so that sending it again cannot help.</summary>
    private static bool IsAnswer(RpcException failed) =>
        failed.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.AlreadyExists
            or StatusCode.FailedPrecondition or StatusCode.OutOfRange
        && GatewayRefusal.From(failed) is not null;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The first request, as soon as there is one; null: there is none, and none will be added.</summary>
    private async Task<OutboxRequest?> First(CancellationToken cancellation)
    {
        while (true)
        {
            Task added;
            lock (_lock)
            {
                if (_waiting.TryPeek(out var first))
                {
                    return first;
                }

                if (_isComplete)
                {
                    return null;
                }

                _added = NewSignal();
                added = _added.Task;
            }

            await added.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }
}

/// <summary>A request with its outcome.</summary>
/// <param name="Answer">The answer of the method, such as a RecordPurchaseResponse; null: the request was refused.</param>
/// <param name="Refusal">Why the gateway refused the request; null: it was executed.</param>
public sealed record OutboxAnswer(OutboxRequest Request, IMessage? Answer, GatewayRefusal? Refusal);
