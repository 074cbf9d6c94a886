using System.Collections.Concurrent;
using System.Text.Json;
using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf;

namespace CoalitionGateway.Till;

/// <summary>The till's own books: a line for each answered request. A kill can write the same answer twice.</summary>
internal sealed class TillJournal : IDisposable
{
    private readonly ConcurrentQueue<string> _sold = new();
    private readonly ConcurrentQueue<string> _reserved = new();
    private readonly ConcurrentQueue<string> _spent = new();
    private readonly FileStream _stream;

    private TillJournal(FileStream stream) => _stream = stream;

    public static TillJournal Open(string path)
    {
        var journal = new TillJournal(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0));
        var bytes = new byte[journal._stream.Length];
        journal._stream.ReadExactly(bytes);
        journal._stream.SetLength(Array.LastIndexOf(bytes, (byte)'\n') + 1);
        journal._stream.Seek(0, SeekOrigin.End);
        return journal;
    }

    public string? TakeSold() => _sold.TryDequeue(out var reference) ? reference : null;

    public string? TakeReserved() => _reserved.TryDequeue(out var reference) ? reference : null;

    public string? TakeSpent() => _spent.TryDequeue(out var reference) ? reference : null;

    public void Write(OutboxAnswer answer)
    {
        _stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(new TillEntry(
            answer.Request.RequestId, answer.Request.Method, JsonFormatter.Default.Format(answer.Request.Request),
            answer.Answer is { } made ? JsonFormatter.Default.Format(made) : null, answer.Refusal?.ReasonText)), (byte)'\n']);
        _stream.Flush(flushToDisk: true);
        switch (answer)
        {
            case { Request.Request: RecordPurchaseRequest bought, Answer: not null }:
                _sold.Enqueue(bought.PurchaseReference);
                break;
            case { Request.Request: ReservePointsRequest paid, Answer: not null }:
                (paid.SpendNow ? _spent : _reserved).Enqueue(paid.RedemptionReference);
                break;
        }
    }

    public void Dispose() => _stream.Dispose();
}

/// <summary>An answered request in the till's books.</summary>
/// <param name="Request">The request as JSON.</param>
/// <param name="Answer">The answer as JSON; null: the request was refused.</param>
/// <param name="Refusal">The reason of the refusal.</param>
public sealed record TillEntry(string RequestId, string Method, string Request, string? Answer, string? Refusal);
