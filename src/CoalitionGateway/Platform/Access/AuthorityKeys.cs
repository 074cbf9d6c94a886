using CoalitionGateway.Platform.Telemetry;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CoalitionGateway.Platform.Access;

/// <summary>The authority does not give its keys, or does not answer a question, so the validity of a token is unknown.</summary>
internal sealed class AuthorityUnavailableException() : Exception("The authority does not answer.");

/// <summary>
/// The authority's metadata and keys. A token with an unknown key starts a new fetch at once, because the authority may have
/// rotated its key; over all callers there is at most one fetch in each <see cref="Pause"/>. The caller of such a token waits
/// for a fetch that began after the call came. If no such fetch is possible, the validity of the token is unknown.
/// </summary>
internal sealed partial class AuthorityKeys(GatewayOptions options, IDocumentRetriever documents, TimeProvider clock, ILogger<AuthorityKeys> log)
    : IConfigurationManager<OpenIdConnectConfiguration>
{
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The largest number of calls that wait for keys.</summary>
    public const int MostWaiting = 256;

    // A key that the authority withdrew is accepted no longer than this, and a cached token five minutes more.
    private static readonly TimeSpan _lasting = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly OpenIdConnectConfiguration _none = new();

    private readonly ILogger _log = log;
    private readonly Throttle _warnings = new(TimeSpan.FromMinutes(1), clock);
    private readonly Lock _guard = new();
    private volatile OpenIdConnectConfiguration _known = _none;
    private DateTimeOffset _lookTime = DateTimeOffset.MinValue;
    private bool _hasFailed;
    private int _waiting;
    private Task<bool> _looking = Task.FromResult(true);
    private Task<bool>? _next;

    /// <summary>The key id that a token in an authorization header names; empty if it names none. Null: no token.</summary>
    public static string? KeyOf(string authorization)
    {
        try
        {
            return AccessTokenHeader.TryRead(authorization, out _, out var token) ? new JsonWebToken(token.ToString()).Kid ?? "" : null;
        }
        catch (Exception malformed) when (malformed is ArgumentException or Microsoft.IdentityModel.Tokens.SecurityTokenException)
        {
            return null;
        }
    }

    /// <summary>Whether a token with this key can be checked, if necessary after a fetch from the authority.</summary>
    public async Task<bool> CanTell(string key, CancellationToken cancellation)
    {
        if (IsKnown(key))
        {
            if (clock.GetUtcNow() >= LookTime + _lasting)
            {
                _ = Soon();
            }

            return true;
        }

        if (HasJustFailed)
        {
            return false;
        }

        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
            {
                return false;
            }

            // A fetch that is under way may bring the key.
            await _looking.WaitAsync(_patience, cancellation);
            return IsKnown(key) || await Soon().WaitAsync(_patience, cancellation);
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>The known configuration. It has no keys if none were fetched yet.</summary>
    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) => Task.FromResult(_known);

    /// <summary>Called when no key fits a token that names no key. Starts a fetch.</summary>
    public void RequestRefresh()
    {
        if (!HasJustFailed)
        {
            _ = Soon();
        }
    }

    private DateTimeOffset LookTime
    {
        get
        {
            lock (_guard)
            {
                return _lookTime;
            }
        }
    }

    /// <summary>Whether the authority failed within the last pause. It is then left alone for a moment.</summary>
    private bool HasJustFailed
    {
        get
        {
            lock (_guard)
            {
                return _hasFailed && clock.GetUtcNow() < _lookTime + Pause;
            }
        }
    }

    /// <summary>A token without a key id may be signed by any key. A key without an id fits any token.</summary>
    private bool IsKnown(string id)
    {
        var keys = _known.SigningKeys;
        return keys.Count > 0 && (id.Length == 0 || keys.Any(key => string.IsNullOrEmpty(key.KeyId) || key.KeyId == id));
    }

    /// <summary>A fetch that begins after this call, as soon as the pause allows. Its result: whether keys were found.</summary>
    private Task<bool> Soon()
    {
        lock (_guard)
        {
            return _next ??= Task.Run(Look);
        }
    }

    private async Task<bool> Look()
    {
        await _looking.ConfigureAwait(false);
        if (LookTime + Pause - clock.GetUtcNow() is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait < Pause ? wait : Pause, clock);
        }

        lock (_guard)
        {
            (_looking, _next, _lookTime) = (_next!, null, clock.GetUtcNow());
        }

        var address = $"{options.Issuer}/.well-known/openid-configuration";
        try
        {
            var found = await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, CancellationToken.None);
            if (found.SigningKeys.Count == 0)
            {
                throw new InvalidOperationException("The authority publishes no key that signs.");
            }

            _known = found;
            lock (_guard)
            {
                _hasFailed = false;
            }

            return true;
        }
        catch (Exception failed)
        {
            // Any failure means that the keys are not available.
            Remember(failed, address);
            return false;
        }
    }

    private void Remember(Exception failed, string address)
    {
        lock (_guard)
        {
            _hasFailed = true;
        }

        if (_warnings.Admits())
        {
            LogOutOfReach(failed, address);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The authority's keys cannot be fetched from {Address}; calls are answered AUTHORITY_UNAVAILABLE where they are needed")]
    private partial void LogOutOfReach(Exception cause, string address);
}
