using CoalitionGateway.Ledger.Members;
using System.Collections.Concurrent;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.People;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Platform.Shared;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Telemetry;
using Grpc.Core;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// Knows which tokens and callers ended before their time (suspended clients, removed persons, revoked tokens, erased members), and of which clients
/// the operator demands bound tokens. Queries the database once a second, at once after this gateway ended or resumed one, and at
/// once after Redis reported that another gateway did. Calls look only in memory. If the database is down, the last answer counts; calls fail then anyway.
/// </summary>
internal sealed partial class EndedCallers(
    AuthorityTables tables, LedgerStore store, EndedNews news, TimeProvider clock, ILogger<EndedCallers> log) : BackgroundService
{
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _betweenSweeps = TimeSpan.FromMinutes(1);

    // The time allowed between the end of a grant and the issue of a token that was under way.
    private static readonly TimeSpan _between = TimeSpan.FromMinutes(1);

    // A write that began before the last look may become visible only after it. No write takes longer than this.
    private const long _overlapMilliseconds = 30_000;

    private readonly ILogger _log = log;
    private readonly Throttle _warnings = new(TimeSpan.FromMinutes(1), clock);
    private readonly Lock _guard = new();
    private readonly ConcurrentDictionary<LastingCall, bool> _open = new();
    private volatile Known _known = new(new HashSet<string>(), new Dictionary<string, DateTimeOffset>(), new Dictionary<string, SenderConstraint>(), new Dictionary<string, DateTimeOffset>());
    private long _since;
    private Task _looking = Task.CompletedTask;
    private Task? _next;

    /// <summary>Why a validated token is no longer accepted: a word of <see cref="TokenProblem"/>; null if it still is.</summary>
    public string? Problem(KnownCaller caller)
    {
        var known = _known;
        return known.Ended.Count > 0 && (known.Ended.ContainsKey(caller.TokenName) || known.Ended.ContainsKey(caller.Name)
                || (caller.GrantName is { } grant && known.Ended.ContainsKey(grant))) ? TokenProblem.Revoked
            : known.Suspended.Count > 0 && known.Suspended.Contains(caller.ClientId) ? TokenProblem.Suspended
            : known.Persons.Count > 0 && caller.Caller.Kind is CallerKind.Operator or CallerKind.Officer && known.Persons.TryGetValue(caller.Caller.Id, out var since)
                && !(caller.SignInTime >= since) ? TokenProblem.Revoked
            : known.Constraints.Count > 0 && known.Constraints.TryGetValue(caller.ClientId, out var demanded)
                && !TokenBinding.Meets(caller.Binding, demanded) ? TokenProblem.NotBound
            : null;
    }

    /// <summary>The same check for a token that is new to this gateway. An erased member's token is never accepted.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer, so the result is unknown.</exception>
    public async ValueTask<string?> FindProblem(KnownCaller caller, CancellationToken cancellation)
    {
        if (Problem(caller) is { } problem || caller.Caller.Kind != CallerKind.Member)
        {
            return Problem(caller);
        }

        var member = new MemberId(Guid.Parse(caller.Caller.Id));
        return await store.Read(rows => rows.Find(new Erasure.Of(member)), cancellation) is null ? null : TokenProblem.Revoked;
    }

    /// <summary>Ends a token by its id (jti). One token can be spelt in several valid ways, but its id in only one.</summary>
    /// <param name="expireTime">The token's expiry.</param>
    /// <exception cref="StoreUnavailableException">The database does not answer: nothing is ended.</exception>
    public Task EndToken(string tokenId, DateTimeOffset expireTime, CancellationToken cancellation) => End(OfToken(tokenId, expireTime), cancellation);

    /// <summary>Ends a token or a caller by its name.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer: nothing is ended.</exception>
    public async Task End(EndedName ended, CancellationToken cancellation)
    {
        if (ended.EndTime > clock.GetUtcNow())
        {
            await tables.End(ended, cancellation);
            await Tell();
        }
    }

    /// <summary>Ends all existing tokens of a caller.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer: nothing is ended.</exception>
    public Task EndTokensOf(Caller caller, DateTimeOffset until, CancellationToken cancellation) => End(new EndedName(KnownCaller.NameOf(caller), until), cancellation);

    /// <summary>Ends all access tokens of a grant.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer: nothing is ended.</exception>
    public Task EndGrant(string grantId, CancellationToken cancellation) =>
        End(new EndedName(KnownCaller.NameOfGrant(grantId), clock.GetUtcNow() + KnownCaller.Longest + _between + AccessSetup.ClockSkew), cancellation);

    /// <summary>Ends everything of an erased member at the authority: sessions, grants, refresh tokens and access tokens.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer; a repeated call continues.</exception>
    public async Task EndMember(MemberId member, DateTimeOffset until, CancellationToken cancellation)
    {
        await tables.Forget(member.ToString(), cancellation);
        await EndTokensOf(Caller.Of(member), until, cancellation);
    }

    /// <summary>Ends everything of a person at the authority: sessions, grants and refresh tokens; and at once what the store says of them.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer; a repeated call continues.</exception>
    public async Task EndPerson(PersonId person, CancellationToken cancellation)
    {
        await tables.Forget(person.Value, cancellation);
        await Tell();
    }

    /// <summary>The name of an ended token, and until when the name is kept.</summary>
    public static EndedName OfToken(string tokenId, DateTimeOffset expireTime) => new(KnownCaller.NameOf(tokenId), expireTime + AccessSetup.ClockSkew);

    /// <summary>Looks at once after this gateway's change, and informs the others. The change counts when this returns.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public async Task Tell()
    {
        await Look();
        await news.Tell();
    }

    /// <summary>Opens a lasting call. It ends when its caller ends or its token expires.</summary>
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
        var nextSweep = DateTimeOffset.MinValue;
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
                if (_warnings.Admits())
                {
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
            // The next look, a second later, logs the warning.
        }
    }

    /// <summary>A look that begins after this call. All callers that wait while one look is under way share the next.</summary>
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
        var clients = await store.ReadWhere<RegisteredClient>($"is_suspended OR sender_constraint <> {(int)SenderConstraint.None}", CancellationToken.None);
        var persons = await store.ReadWhere<Person>("remove_time IS NOT NULL OR renew_time IS NOT NULL", CancellationToken.None);
        var (now, found) = await tables.EndedSince(_since, CancellationToken.None);
        _since = now - _overlapMilliseconds;
        var ended = _known.Ended.Where(known => known.Value > clock.GetUtcNow()).ToDictionary(StringComparer.Ordinal);
        foreach (var name in found)
        {
            ended[name.Name] = name.EndTime;
        }

        _known = new Known(
            clients.Where(client => client.IsSuspended).Select(client => client.ClientId).ToHashSet(StringComparer.Ordinal),
            persons.ToDictionary(person => person.Id.Value, SignInsSince, StringComparer.Ordinal),
            clients.Where(client => client.SenderConstraint != SenderConstraint.None).ToDictionary(client => client.ClientId, client => client.SenderConstraint, StringComparer.Ordinal),
            ended);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cannot read which tokens and clients ended: the last answer counts")]
    private partial void LogBlind(Exception cause);

    /// <summary>From when on sign-ins of a person count. A token names its sign-in in whole seconds.</summary>
    private static DateTimeOffset SignInsSince(Person person) =>
        person.IsRemoved ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(person.RenewTime!.Value, TimeSpan.Zero).ToUnixTimeSeconds());

    /// <param name="Persons">Removed and renewed persons, and from when on their sign-ins count.</param>
    private sealed record Known(
        IReadOnlySet<string> Suspended, IReadOnlyDictionary<string, DateTimeOffset> Persons, IReadOnlyDictionary<string, SenderConstraint> Constraints, IReadOnlyDictionary<string, DateTimeOffset> Ended);
}
