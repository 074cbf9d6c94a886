using CoalitionGateway.Ledger.Members;
using System.Collections.Concurrent;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Shared;
using CoalitionGateway.Platform.Store;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// Knows which tokens and callers ended before their time: suspended partners, revoked tokens, erased members. It asks the
/// database once a second, and at once where this gateway ended or resumed one, or Redis tells of another that did. A
/// call looks in memory alone. While the database does not answer, the last answer counts; no call does anything then.
/// </summary>
internal sealed partial class EndedCallers(
    AuthorityTables tables, LedgerStore store, EndedNews news, TimeProvider clock, ILogger<EndedCallers> log) : BackgroundService
{
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _betweenSweeps = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _betweenWarnings = TimeSpan.FromMinutes(1);

    // A write that began before the last look may be seen only after it: none takes so long.
    private const long _overlapMilliseconds = 30_000;

    private readonly ILogger _log = log;
    private readonly Lock _guard = new();
    private readonly ConcurrentDictionary<LastingCall, bool> _open = new();
    private volatile Known _known = new(new HashSet<string>(), new Dictionary<string, DateTimeOffset>());
    private long _since;
    private Task _looking = Task.CompletedTask;
    private Task? _next;

    /// <summary>Why a validated token does not count any more: a word of <see cref="TokenProblem"/>; null where it does.</summary>
    public string? Problem(KnownCaller caller)
    {
        var known = _known;
        return known.Ended.Count > 0 && (known.Ended.ContainsKey(caller.TokenName) || known.Ended.ContainsKey(caller.Name)) ? TokenProblem.Revoked
            : known.Suspended.Count > 0 && caller.Caller.Kind == CallerKind.Partner && known.Suspended.Contains(caller.Caller.Id) ? TokenProblem.Suspended
            : null;
    }

    /// <summary>The same for a token that this gateway meets first: an erased member's never counts again.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer, and so it cannot be told.</exception>
    public async ValueTask<string?> FindProblem(KnownCaller caller, CancellationToken cancellation)
    {
        if (Problem(caller) is { } problem || caller.Caller.Kind != CallerKind.Member)
        {
            return Problem(caller);
        }

        var member = new MemberId(Guid.Parse(caller.Caller.Id));
        return await store.Read(rows => rows.Find(new Erasure.Of(member)), cancellation) is null ? null : TokenProblem.Revoked;
    }

    /// <summary>Ends a token, by its id (jti): the same token can be spelt in several ways that all validate, its id in one.</summary>
    /// <param name="expireTime">The token's.</param>
    /// <exception cref="StoreUnavailableException">The database does not answer: nothing is ended.</exception>
    public Task EndToken(string tokenId, DateTimeOffset expireTime, CancellationToken cancellation) => End(OfToken(tokenId, expireTime), cancellation);

    /// <summary>Ends a token that was named before.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer: nothing is ended.</exception>
    public async Task End(EndedName ended, CancellationToken cancellation)
    {
        if (ended.EndTime > clock.GetUtcNow())
        {
            await tables.End(ended, cancellation);
            await Tell();
        }
    }

    /// <summary>Ends all tokens of a caller that there are.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer: nothing is ended.</exception>
    public Task EndTokensOf(Caller caller, DateTimeOffset until, CancellationToken cancellation) => End(new EndedName(KnownCaller.NameOf(caller), until), cancellation);

    /// <summary>How an ended token is named, and until when it is remembered.</summary>
    public static EndedName OfToken(string tokenId, DateTimeOffset expireTime) => new(KnownCaller.NameOf(tokenId), expireTime + AccessSetup.ClockSkew);

    /// <summary>Looks at once, as something changed that this gateway did, and tells the others. What is answered after it counts here.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public async Task Tell()
    {
        await Look();
        await news.Tell();
    }

    /// <summary>A call that lasts, until its caller ends or its token's time is over.</summary>
    public LastingCall Open(ServerCallContext context)
    {
        var call = new LastingCall((KnownCaller)context.GetHttpContext().User, clock, closed => _open.TryRemove(closed, out _));
        _open[call] = true;
        EndIfEnded(call);
        return call;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await Look();
        news.Heard += () => _ = LookQuietly();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(Pace);
        var (nextSweep, nextWarning) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        while (await pace.WaitForNextTickAsync(stoppingToken))
        {
            var now = clock.GetUtcNow();
            try
            {
                await Look().WaitAsync(stoppingToken);
                if (now >= nextSweep)
                {
                    nextSweep = now + _betweenSweeps;
                    await tables.Sweep(stoppingToken);
                }
            }
            catch (Exception failed) when (failed is not OperationCanceledException)
            {
                if (now >= nextWarning)
                {
                    nextWarning = now + _betweenWarnings;
                    LogBlind(failed);
                }
            }
        }
    }

    private async Task LookQuietly()
    {
        try
        {
            await Look();
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            // The next look, a second later, warns.
        }
    }

    /// <summary>A look that begins after this call did. Those who wait while one is under way share the next.</summary>
    private Task Look()
    {
        lock (_guard)
        {
            return _next ??= Task.Run(async () =>
            {
                await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                lock (_guard)
                {
                    (_looking, _next) = (_next!, null);
                }

                await Refresh();
            });
        }
    }

    private async Task Refresh()
    {
        HashSet<string> suspended;
        try
        {
            await using var context = store.CreateContext();
            suspended = [.. await context.Set<PartnerClient>().Where(client => client.IsSuspended).Select(client => client.ClientId).ToListAsync()];
        }
        catch (Exception failed) when (store.Unavailable(failed) is { } unavailable)
        {
            throw unavailable;
        }

        var (now, found) = await tables.EndedSince(_since, CancellationToken.None);
        _since = now - _overlapMilliseconds;
        var ended = _known.Ended.Where(known => known.Value > clock.GetUtcNow()).ToDictionary(StringComparer.Ordinal);
        foreach (var name in found)
        {
            ended[name.Name] = name.EndTime;
        }

        _known = new Known(suspended, ended);
        foreach (var (call, _) in _open)
        {
            EndIfEnded(call);
        }
    }

    private void EndIfEnded(LastingCall call)
    {
        if (Problem(call.Caller) is { } problem)
        {
            call.End(problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "It cannot be told which tokens and partners ended: the last answer counts")]
    private partial void LogBlind(Exception cause);

    private sealed record Known(IReadOnlySet<string> Suspended, IReadOnlyDictionary<string, DateTimeOffset> Ended);
}
