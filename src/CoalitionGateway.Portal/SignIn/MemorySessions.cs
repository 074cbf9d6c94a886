using System.Collections.Concurrent;
using Microsoft.AspNetCore.DataProtection;

namespace CoalitionGateway.Portal.SignIn;

/// <summary>Sessions of one process. They end with it.</summary>
internal sealed class MemorySessions(IDataProtectionProvider protection, TimeProvider clock) : Sessions(protection)
{
    private const int _sweepAt = 1024;
    private readonly ConcurrentDictionary<string, (byte[] Session, DateTimeOffset Ends)> _sessions = new(StringComparer.Ordinal);

    // Several sessions share a semaphore. That costs waiting, never correctness.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    public override Task RemoveAsync(string key)
    {
        _sessions.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    public override async Task<IAsyncDisposable> Turn(string key, CancellationToken cancellation)
    {
        var turn = _turns[(key.GetHashCode(StringComparison.Ordinal) & int.MaxValue) % _turns.Length];
        await turn.WaitAsync(cancellation);
        return new Ending(() =>
        {
            turn.Release();
            return Task.CompletedTask;
        });
    }

    protected override Task Write(string key, byte[] session, DateTimeOffset ends, bool isNew)
    {
        if (!isNew)
        {
            if (_sessions.TryGetValue(key, out var before))
            {
                _sessions.TryUpdate(key, (session, ends), before);
            }

            return Task.CompletedTask;
        }

        if (_sessions.Count >= _sweepAt)
        {
            foreach (var ended in _sessions.Where(found => found.Value.Ends < clock.GetUtcNow()))
            {
                _sessions.TryRemove(ended);
            }
        }

        _sessions[key] = (session, ends);
        return Task.CompletedTask;
    }

    protected override Task<byte[]?> Read(string key) =>
        Task.FromResult(_sessions.TryGetValue(key, out var found) && found.Ends > clock.GetUtcNow() ? found.Session : null);
}
