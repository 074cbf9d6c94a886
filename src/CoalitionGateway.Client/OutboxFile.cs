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
    private readonly FileStream _stream;

    private OutboxFile(FileStream stream) => _stream = stream;

    public static (OutboxFile File, IReadOnlyList<OutboxRequest> Waiting) Open(string path)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        try
        {
            var (waiting, length) = Read(stream, path);
            var file = new OutboxFile(stream);
            file.EndAt(waiting.Count == 0 ? 0 : length);
            return (file, waiting);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Add(OutboxRequest request) => Append(new Line(request.Method, JsonSerializer.Deserialize<JsonElement>(JsonFormatter.Default.Format(request.Request)), null));

    /// <summary>Notes that a request was handled.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isLast">Whether no other request is left: then the file becomes empty.</param>
    public void Remove(OutboxRequest request, bool isLast)
    {
        if (isLast)
        {
            EndAt(0);
        }
        else
        {
            Append(new Line(null, null, request.RequestId));
        }
    }

    public void Dispose() => _stream.Dispose();

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
                    $"{path}, line {number} is damaged: {wrong.Message} Move the line to another file; the requests of the other lines can then be sent.", wrong);
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

    private void Append(Line line)
    {
        var end = _stream.Length;
        try
        {
            _stream.Position = end;
            _stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(line), (byte)'\n']);
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
