using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CoalitionGateway.Platform.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Platform.Telemetry;

/// <summary>The measurements of one gateway's instruments, as "name {tag=value, …}" and the value.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly ConcurrentQueue<(string What, double Value)> _told = new();
    private readonly MeterListener _listener = new();

    public Measurements(TestGateway gateway)
    {
        var meters = gateway.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Instruments.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyCollection<string> All => [.. _told.Select(told => $"{told.What} {told.Value}")];

    public IReadOnlyList<double> Of(string what) => [.. _told.Where(told => told.What == what).Select(told => told.Value)];

    /// <summary>Waits for a measurement. A call is measured a moment after its answer.</summary>
    public async Task<double> Next(string what)
    {
        for (var i = 0; i < 200 && Of(what).Count == 0; i++)
        {
            await Task.Delay(50);
        }

        Assert.True(Of(what).Count > 0, $"{what} was not measured; what was: {string.Join("; ", All.Distinct())}");
        return Of(what)[^1];
    }

    /// <summary>The present value of a gauge.</summary>
    public double Look(string gauge)
    {
        _listener.RecordObservableInstruments();
        return Of($"{gauge} {{}}")[^1];
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _told.Enqueue(($"{instrument.Name} {{{string.Join(", ", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}}", value));
}
