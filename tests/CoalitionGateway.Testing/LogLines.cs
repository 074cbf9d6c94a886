using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Testing;

/// <summary>Collects the gateway's log lines, as "Warning: text".</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _whole = new();

    public IReadOnlyCollection<string> All => _lines;

    /// <summary>The same lines, with their exceptions.</summary>
    public IReadOnlyCollection<string> Whole => _whole;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel}: {formatter(state, exception)}";
        _lines.Enqueue(line);
        _whole.Enqueue($"{line}\n{exception}");
    }

    public void Dispose()
    {
    }
}
