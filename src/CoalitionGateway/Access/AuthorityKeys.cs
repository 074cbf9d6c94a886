using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace CoalitionGateway.Access;

/// <summary>
/// Fetches the authority's metadata and keys, and knows whether it could: without them no token can be told from a
/// forged one. An authority that fails is left alone for <see cref="Pause"/>, whoever calls.
/// </summary>
internal sealed partial class AuthorityKeys(TimeProvider clock, ILogger<AuthorityKeys> log) : IConfigurationRetriever<OpenIdConnectConfiguration>
{
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _betweenWarnings = TimeSpan.FromMinutes(1);

    private readonly ILogger _log = log;
    private readonly Lock _guard = new();
    private (Exception Cause, DateTimeOffset Time)? _failure;
    private DateTimeOffset _nextWarning = DateTimeOffset.MinValue;

    /// <summary>Whether the last attempt failed.</summary>
    public bool AreOutOfReach
    {
        get
        {
            lock (_guard)
            {
                return _failure is not null;
            }
        }
    }

    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        lock (_guard)
        {
            if (_failure is { } recent && clock.GetUtcNow() < recent.Time + Pause)
            {
                throw new InvalidOperationException("The authority failed a moment ago.", recent.Cause);
            }
        }

        try
        {
            var found = await OpenIdConnectConfigurationRetriever.GetAsync(address, retriever, cancel);
            if (found.SigningKeys.Count == 0)
            {
                throw new InvalidOperationException("The authority publishes no key that signs.");
            }

            lock (_guard)
            {
                _failure = null;
            }

            return found;
        }
        catch (Exception failed)
        {
            Remember(failed, address);
            throw;
        }
    }

    private void Remember(Exception failed, string address)
    {
        var now = clock.GetUtcNow();
        lock (_guard)
        {
            _failure = (failed, now);
            if (now < _nextWarning)
            {
                return;
            }

            _nextWarning = now + _betweenWarnings;
        }

        LogOutOfReach(failed, address);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The authority's keys cannot be fetched from {Address}; calls are answered AUTHORITY_UNAVAILABLE where they are needed")]
    private partial void LogOutOfReach(Exception cause, string address);
}
