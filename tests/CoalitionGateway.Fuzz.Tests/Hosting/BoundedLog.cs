using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Fuzz.Tests.Hosting;

/// <summary>
/// Collects the gateway's log as `coalition serve` filters it. It counts and measures the lines and keeps only the beginning of
/// each kind.
/// </summary>
internal sealed class BoundedLog : ILoggerProvider
{
    private const int _most = 200;
    private readonly ConcurrentDictionary<string, Kind> _kinds = new();
    private readonly ConcurrentDictionary<string, string> _faults = new();

    /// <summary>Each kind of line: its category, its level and the text before its values.</summary>
    public IReadOnlyCollection<Kind> Kinds => [.. _kinds.Values];

    /// <summary>Lines of level Error and above, one of each kind.</summary>
    public IReadOnlyCollection<string> Faults => [.. _faults.Values];

    public long Lines => _kinds.Values.Sum(kind => kind.Count);

    public long Characters => _kinds.Values.Sum(kind => kind.Characters);

    public void Use(WebApplicationBuilder builder)
    {
        builder.Logging.AddProvider(this);
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Take(string category, LogLevel level, string template, string line, Exception? exception)
    {
        var kind = _kinds.Count < _most || _kinds.ContainsKey($"{category} {level} {template}")
            ? _kinds.GetOrAdd($"{category} {level} {template}", name => new Kind(name))
            : _kinds.GetOrAdd("others", name => new Kind(name));
        kind.Take(line);
        if (level >= LogLevel.Error && _faults.Count < _most)
        {
            _faults.TryAdd($"{category} {template} {exception?.GetType()} {exception?.TargetSite}", $"{level} {category}: {line}");
        }
    }

    /// <summary>Lines of the same kind.</summary>
    public sealed class Kind(string name)
    {
        private readonly Lock _gate = new();

        public string Name => name;

        public long Count { get; private set; }

        public long Characters { get; private set; }

        public string Longest { get; private set; } = "";

        /// <summary>The largest number of lines within one second.</summary>
        public int MostASecond { get; private set; }

        private long _second;
        private int _thisSecond;

        public void Take(string line)
        {
            lock (_gate)
            {
                Count++;
                Characters += line.Length;
                Longest = line.Length > Longest.Length ? line : Longest;
                var now = Environment.TickCount64 / 1000;
                (_second, _thisSecond) = (now, now == _second ? _thisSecond + 1 : 1);
                MostASecond = Math.Max(MostASecond, _thisSecond);
            }
        }
    }

    private sealed class Logger(BoundedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // If a line names its own kind, that name counts.
            var template = state is IReadOnlyList<KeyValuePair<string, object?>> values && values is [.., { Key: "{OriginalFormat}" }]
                ? $"{values[^1].Value} {values.FirstOrDefault(value => value.Key == "Kind").Value}"
                : $"{eventId.Id}";
            log.Take(category, logLevel, template, exception is null ? formatter(state, exception) : $"{formatter(state, exception)}\n{exception}", exception);
        }
    }
}
