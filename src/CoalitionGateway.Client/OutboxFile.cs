using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;

namespace CoalitionGateway.Client;

/// <summary>
/// The file of an outbox: a line of JSON for each request that was added, and one for each that was handled, in order. A line is
/// on the disk before its method returns.
/// </summary>
internal sealed class OutboxFile : IDisposable
{
    private const int _mostHandled = 1000;
    private readonly string _path;
    private FileStream _stream;
    private int _handled;

    private OutboxFile(string path, FileStream stream) => (_path, _stream) = (path, stream);

    public static (OutboxFile File, IReadOnlyList<OutboxRequest> Waiting) Open(string path)
    {
        var stream = Exclusive(path, FileMode.OpenOrCreate);
        try
        {
            var (waiting, length) = Read(stream, path);
            var file = new OutboxFile(path, stream);
            file.EndAt(length);
            file.Rewrite(waiting);
            return (file, waiting);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Adds a request.</summary>
    /// <param name="line">The request's line: see <see cref="Format"/>.</param>
    public void Add(byte[] line) => Append(line);

    /// <summary>The line of a request.</summary>
    /// <exception cref="ArgumentException">The request has a value that no JSON can hold.</exception>
    public static byte[] Format(OutboxRequest request)
    {
        try
        {
            return BytesOf(LineOf(request));
        }
        catch (InvalidOperationException wrong)
        {
            throw new ArgumentException($"The request cannot be kept: {wrong.Message}", nameof(request), wrong);
        }
    }

    /// <summary>Notes that the first request was handled. Now and then the file is written anew, without what was handled.</summary>
    /// <param name="request">The request.</param>
    /// <param name="count">The number of requests that are left.</param>
    /// <param name="left">The requests that are left, read only if the file is written anew.</param>
    public void Remove(OutboxRequest request, int count, IEnumerable<OutboxRequest> left)
    {
        Append(BytesOf(new Line(null, null, request.RequestId)));
        if (count == 0 || ++_handled >= Math.Max(_mostHandled, count))
        {
            Rewrite([.. left]);
        }
    }

    public void Dispose() => _stream.Dispose();

    private static FileStream Exclusive(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    private static Line LineOf(OutboxRequest request) =>
        new(request.Method, JsonSerializer.Deserialize<JsonElement>(JsonFormatter.Default.Format(request.Request)), null);

    private static byte[] BytesOf(Line line) => [.. JsonSerializer.SerializeToUtf8Bytes(line), (byte)'\n'];

    /// <summary>Replaces the file by one that has only these requests. A crash leaves one of the two files whole.</summary>
    private void Rewrite(IReadOnlyCollection<OutboxRequest> waiting)
    {
        _handled = 0;
        if (waiting.Count == 0)
        {
            EndAt(0);
            return;
        }

        var next = $"{_path}.new";
        using (var written = Exclusive(next, FileMode.Create))
        {
            foreach (var request in waiting)
            {
                written.Write(BytesOf(LineOf(request)));
            }

            written.Flush(flushToDisk: true);
        }

        _stream.Dispose();
        File.Move(next, _path, overwrite: true);
        _stream = Exclusive(_path, FileMode.Open);
    }

    /// <summary>Reads the requests that are not handled, and the length of the whole lines.</summary>
    private static (IReadOnlyList<OutboxRequest> Waiting, long Length) Read(FileStream stream, string path)
    {
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var length = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        var (waiting, number) = (new LinkedList<OutboxRequest>(), 0);
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, length).Split('\n')[..^1])
        {
            number++;
            try
            {
                Take(line, waiting);
            }
            catch (Exception wrong) when (wrong is JsonException or FormatException or ArgumentException)
            {
                throw new FormatException(
                    $"{path}, line {number} is damaged: {wrong.Message} Move the line, and a later line that says it is handled, "
                    + "to another file; the other requests can then be sent.",
                    wrong);
            }
        }

        return ([.. waiting], length);
    }

    private static void Take(string line, LinkedList<OutboxRequest> waiting)
    {
        switch (JsonSerializer.Deserialize<Line>(line))
        {
            case { Method: { } method, Request: { } request }:
                waiting.AddLast(OutboxRequest.Parse(method, request.GetRawText()));
                break;
            case { Handled: { } id } when waiting.First?.Value.RequestId == id:
                waiting.RemoveFirst();
                break;
            default:
                throw new FormatException("It is neither a request nor the end of the first one.");
        }
    }

    private void Append(byte[] line)
    {
        var end = _stream.Length;
        try
        {
            _stream.Position = end;
            _stream.Write(line);
            _stream.Flush(flushToDisk: true);
        }
        catch
        {
            // A part of the line would damage the next one.
            EndAt(end);
            throw;
        }
    }

    private void EndAt(long length)
    {
        if (_stream.Length != length)
        {
            _stream.SetLength(length);
            _stream.Flush(flushToDisk: true);
        }
    }

    private sealed record Line(
        [property: JsonPropertyName("method"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Method,
        [property: JsonPropertyName("request"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Request,
        [property: JsonPropertyName("handled"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Handled);
}
