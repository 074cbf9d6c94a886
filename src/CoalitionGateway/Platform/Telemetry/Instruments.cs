using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CoalitionGateway.Platform.Telemetry;

/// <summary>
/// The gateway's own counters and measurements. Tags are a method, a code, a reason, or a partner's id, which the operator
/// chose; never text that a caller wrote. Without a listener, an instrument costs only the check for listeners.
/// </summary>
internal sealed class Instruments : IDisposable
{
    public const string MeterName = "CoalitionGateway";

    private static readonly InstrumentAdvice<double> _seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    };

    private static readonly InstrumentAdvice<int> _sizes = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] };

    private readonly Meter _meter;
    private readonly Histogram<double> _calls;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _stored;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _commit;
    private readonly Histogram<double> _handOver;
    private readonly Counter<long> _wroteForItself;
    private readonly Counter<long> _reads;

    public Instruments(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _calls = _meter.CreateHistogram("coalition.call.duration", "s", "How long calls took; its count is the calls by method and status code.", advice: _seconds);
        _refusals = _meter.CreateCounter<long>("coalition.refusals", "{refusal}", "Calls, and entries of streams, that were refused, by method and reason.");
        _stored = _meter.CreateCounter<long>("coalition.stored.commands", "{command}", "Commands of partners that were stored, refused ones too, by partner.");
        _batchSize = _meter.CreateHistogram("coalition.journal.batch.size", "{command}", "How many commands shared a transaction.", advice: _sizes);
        _commit = _meter.CreateHistogram("coalition.journal.commit.duration", "s", "From a batch's decision to its durable commit.", advice: _seconds);
        _handOver = _meter.CreateHistogram("coalition.journal.handover.duration", "s", "From a command's handing over to the gateway that leads to its answer.", advice: _seconds);
        _wroteForItself = _meter.CreateCounter<long>("coalition.journal.own.commands", "{command}", "Commands that this gateway wrote for itself while another led, or nobody.");
        _reads = _meter.CreateCounter<long>("coalition.reads", "{call}", "Calls that may read from a standby, by the database that they read from: primary or standby. Only where standbys are configured.");
    }

    /// <summary>Whether anybody listens to refusals. If not, a refusal's reason need not be found out.</summary>
    public bool CountsRefusals => _refusals.Enabled;

    /// <summary>Whether anybody listens to calls. If not, a call's code need not be found out.</summary>
    public bool MeasuresCalls => _calls.Enabled;

    public void Call(string method, string code, TimeSpan took) =>
        _calls.Record(took.TotalSeconds, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("code", code));

    public void Refused(string method, string reason) =>
        _refusals.Add(1, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("reason", reason));

    /// <summary>A partner's command was stored.</summary>
    public void Stored(string partnerId)
    {
        if (_stored.Enabled)
        {
            _stored.Add(1, new KeyValuePair<string, object?>("partner", partnerId));
        }
    }

    /// <summary>A batch of commands is durable. It was decided at this timestamp of <see cref="Stopwatch"/>.</summary>
    public void Committed(int commands, long decided)
    {
        _batchSize.Record(commands);
        if (_commit.Enabled)
        {
            _commit.Record(Stopwatch.GetElapsedTime(decided).TotalSeconds);
        }
    }

    /// <summary>The gateway that leads answered a command.</summary>
    public void HandedOver(TimeSpan took)
    {
        if (_handOver.Enabled)
        {
            _handOver.Record(took.TotalSeconds);
        }
    }

    /// <summary>Commands were decided here although this gateway does not lead.</summary>
    public void WroteForItself(int commands) => _wroteForItself.Add(commands);

    /// <summary>A call that may read from a standby reads from a database: "primary" or "standby".</summary>
    public void ReadFrom(string database) => _reads.Add(1, new KeyValuePair<string, object?>("database", database));

    /// <summary>Observes whether this gateway leads.</summary>
    public void WatchLead(Func<bool> isLeader) =>
        _meter.CreateObservableGauge("coalition.journal.leads", () => isLeader() ? 1 : 0, description: "1 while this gateway writes for all over its database, else 0.");

    /// <summary>Observes how many commands wait.</summary>
    public void WatchQueue(Func<int> depth) =>
        _meter.CreateObservableGauge("coalition.journal.queue.depth", depth, "{command}", "How many commands wait for the journal.");

    /// <summary>Observes for how many seconds the audit log has not been brought up to date.</summary>
    public void WatchLog(Func<double> lagSeconds) =>
        _meter.CreateObservableGauge("coalition.log.lag", lagSeconds, "s", "How long ago this gateway last brought the audit log up to date, or found another at it: the most that an event waits for a signed checkpoint.");

    /// <summary>Observes for how many seconds the earliest due row has not been settled.</summary>
    public void WatchDue(Func<double> lagSeconds) =>
        _meter.CreateObservableGauge("coalition.due.lag", lagSeconds, "s", "How long ago the earliest thing fell due that is not settled; 0 where all is, and at gateways that do not sweep.");

    /// <summary>Observes whether signing the audit log is stopped at an event that no gateway decided.</summary>
    public void WatchUnproved(Func<int> isStopped) =>
        _meter.CreateObservableGauge("coalition.log.unproved", isStopped, description: "1 while signing the audit log is stopped at an event that no gateway decided, else 0: see coalition void-event.");

    /// <summary>Observes whether the store answers.</summary>
    public void WatchStore(Func<bool> isReachable) =>
        _meter.CreateObservableGauge("coalition.store.reachable", () => isReachable() ? 1 : 0, description: "1 while the store answers, else 0.");

    /// <summary>Observes whether Redis answers.</summary>
    public void WatchRedis(Func<bool> isReachable) =>
        _meter.CreateObservableGauge("coalition.redis.reachable", () => isReachable() ? 1 : 0, description: "1 while Redis answers, else 0: then each gateway counts for itself.");

    public void Dispose() => _meter.Dispose();
}
