using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CoalitionGateway.Platform.Telemetry;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// Asks another authority whether a token is still active (RFC 7662), where the operator named a client for it and the authority offers it.
/// So a token that the authority revoked ends here before its time: within <see cref="GatewayOptions.IntrospectionSeconds"/> of its use.
/// The embedded authority needs no questions: see <see cref="EndedCallers"/>.
/// </summary>
internal sealed partial class TokenQuestions(GatewayOptions options, AuthorityKeys keys, HttpClient http, TimeProvider clock, ILogger<TokenQuestions> log)
{
    // After a failure the authority is left alone for a moment, and the last answer counts.
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly ILogger _log = log;
    private readonly Throttle _warnings = new(TimeSpan.FromMinutes(1), clock);
    private readonly Lazy<AuthenticationHeaderValue> _proof = new(() => ProofOf(options.IntrospectionClientId, File.ReadAllText(options.IntrospectionSecretFile).Trim()));

    /// <summary>Whether tokens are asked about.</summary>
    public bool IsOn { get; } = options.IntrospectionClientId.Length > 0;

    /// <summary>Whether a remembered token must be asked about now. Only one of the calls with it is told so.</summary>
    public bool Takes(KnownCaller caller) => IsOn && caller.TakeCheck(clock.GetUtcNow(), TimeSpan.FromSeconds(options.IntrospectionSeconds));

    /// <summary>
    /// Whether the authority still stands by a token; null: it does not answer. The question is asked to its end: a caller must not escape it by
    /// breaking off the call that got the duty.
    /// </summary>
    public async Task<bool?> IsActive(string token)
    {
        var endpoint = (await keys.GetConfigurationAsync(CancellationToken.None)).IntrospectionEndpoint;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback))
        {
            Warn(null, "its metadata names no introspection_endpoint on https");
            return true;
        }

        try
        {
            using var asked = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new FormUrlEncodedContent([KeyValuePair.Create("token", token), KeyValuePair.Create("token_type_hint", "access_token")]),
            };
            asked.Headers.Authorization = _proof.Value;
            using var answer = await http.SendAsync(asked);
            if (!answer.IsSuccessStatusCode)
            {
                Warn(null, $"it answers {(int)answer.StatusCode}");
                return null;
            }

            using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
            return body.RootElement is { ValueKind: JsonValueKind.Object } told && told.TryGetProperty("active", out var active) && active.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? active.GetBoolean() : null;
        }
        catch (Exception failed) when (failed is HttpRequestException or JsonException or IOException or UnauthorizedAccessException or TaskCanceledException)
        {
            Warn(failed, "it does not answer");
            return null;
        }
    }

    /// <summary>Lets the next call with a token ask again soon.</summary>
    public void TryLater(KnownCaller caller) => caller.CheckAt(clock.GetUtcNow() + _pause);

    private static AuthenticationHeaderValue ProofOf(string id, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(secret)}")));

    private void Warn(Exception? cause, string why)
    {
        if (_warnings.Admits())
        {
            LogSilent(cause, options.Issuer, why);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The authority {Issuer} cannot be asked about tokens: {Why}")]
    private partial void LogSilent(Exception? cause, string issuer, string why);
}
