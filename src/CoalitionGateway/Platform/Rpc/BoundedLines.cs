using System.Collections.Concurrent;
using System.Diagnostics;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// The log of events that strangers can cause: one short line a second for each kind, with the number of suppressed
/// lines. The frameworks' own lines about these events are off, because a stranger controls their length and number.
/// </summary>
internal sealed partial class BoundedLines(TimeProvider clock, ILogger<BoundedLines> log)
{
    public const string Unreadable = "A request could not be read";
    public const string Unauthenticated = "A call had no valid access token";
    public const string NoSuchMethod = "There is no such method";
    public const string Fault = "A call or a page failed";

    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The log categories of the frameworks that callers can fill. These are defaults, as if from a file that is read
    /// first: configuration that names a category overrides them.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string?> Levels = new Dictionary<string, string?>
    {
        ["Logging:LogLevel:Grpc.AspNetCore.Server"] = nameof(LogLevel.None),
        ["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel"] = nameof(LogLevel.Error),
        ["Logging:LogLevel:Microsoft.AspNetCore.Http"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Microsoft.AspNetCore.Routing"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:Microsoft.AspNetCore.Authentication"] = nameof(LogLevel.None),
        ["Logging:LogLevel:Microsoft.AspNetCore.Authorization"] = nameof(LogLevel.None),
        ["Logging:LogLevel:CoalitionGateway.Platform.Access.TokenHandler"] = nameof(LogLevel.None),
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = nameof(LogLevel.None),
        ["Logging:LogLevel:OpenIddict"] = nameof(LogLevel.None),
        ["Logging:LogLevel:Microsoft.IdentityModel"] = nameof(LogLevel.None),
    };

    private const int _longest = 80;
    private readonly ILogger _log = log;
    private readonly ConcurrentDictionary<string, Kind> _kinds = [];

    /// <summary>Logs an event, unless a line of its kind was logged within the last second.</summary>
    /// <param name="kind">One of this class's constants.</param>
    /// <param name="method">The called method, perhaps as a stranger wrote it.</param>
    /// <param name="problem">The problem, perhaps with text that a stranger wrote.</param>
    public void Tell(string kind, string method, string problem)
    {
        if (IsDue(kind, out var leftOut))
        {
            LogLine(kind, Plain(method), Plain(problem), leftOut);
        }
    }

    /// <summary>Logs a fault outside the calls, with all its details. Returns the trace id in the line.</summary>
    public string TellFault(string method, Exception fault)
    {
        var trace = Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N");
        if (IsDue(Fault, out var leftOut))
        {
            LogFault(fault, Plain(method), trace, leftOut);
        }

        return trace;
    }

    private bool IsDue(string kind, out long leftOut)
    {
        var found = _kinds.GetOrAdd(kind, static _ => new Kind());
        lock (found)
        {
            var now = clock.GetTimestamp();
            if (now < found.Next)
            {
                found.LeftOut++;
                leftOut = 0;
                return false;
            }

            (leftOut, found.LeftOut) = (found.LeftOut, 0);
            found.Next = now + (long)(Pace.TotalSeconds * clock.TimestampFrequency);
        }

        return true;
    }

    /// <summary>The beginning of a text, with '?' for all that could steer a terminal or forge another line.</summary>
    private static string Plain(string text) =>
        string.Create(Math.Min(text.Length, _longest), text, static (plain, text) =>
        {
            for (var i = 0; i < plain.Length; i++)
            {
                plain[i] = text[i] is >= ' ' and <= '~' ? text[i] : '?';
            }
        });

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind}: {Method}: {Problem} ({LeftOut} more since the last such line)")]
    private partial void LogLine(string kind, string method, string problem, long leftOut);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed beside the calls, trace {Trace} ({LeftOut} more since the last such line)")]
    private partial void LogFault(Exception fault, string method, string trace, long leftOut);

    private sealed class Kind
    {
        public long Next { get; set; } = long.MinValue;

        public long LeftOut { get; set; }
    }
}
