using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoalitionGateway.Client;

/// <summary>
/// The token endpoint gave no token. The error is the endpoint's own (RFC 6749, section 5.2), invalid_response if the
/// answer cannot be understood, or temporarily_unavailable if the endpoint cannot be reached.
/// </summary>
public sealed class TokenRefusedException(string error, string description, bool mayPass = false, Exception? cause = null)
    : Exception($"{error}: {description}", cause)
{
    /// <summary>The error code, such as invalid_client or invalid_scope.</summary>
    public string Error { get; } = error;

    /// <summary>Whether the same request may succeed later without a change.</summary>
    public bool MayPass { get; } = mayPass;
}

/// <summary>Access tokens, each until it is about to expire.</summary>
/// <param name="request">Gets a token, and when it expires. One request runs at a time.</param>
public sealed class TokenSource(Func<CancellationToken, Task<(string Token, DateTimeOffset Ends)>> request) : IDisposable
{
    private const int _shownLetters = 100;
    private const string _nonceNeeded = "use_dpop_nonce";
    private const string _unavailable = "temporarily_unavailable";
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Held _held = new("", DateTimeOffset.MinValue);

    /// <summary>Access tokens of a partner's, officer's or operator's client (client_credentials).</summary>
    /// <param name="http">Sends the requests.</param>
    /// <param name="tokenEndpoint">The authority's token endpoint.</param>
    /// <param name="clientId">The client's id.</param>
    /// <param name="clientSecret">The client's secret.</param>
    /// <param name="scope">Scopes separated by spaces. Empty: all scopes of the client.</param>
    /// <param name="key">The key to which the tokens are bound by DPoP; null: they are not.</param>
    public TokenSource(HttpClient http, Uri tokenEndpoint, string clientId, string clientSecret, string scope = "", DpopKey? key = null)
        : this(cancellation => Request(
            http, tokenEndpoint, key, cancellation, ("grant_type", "client_credentials"), ("client_id", clientId), ("client_secret", clientSecret), ("scope", scope)))
    {
    }

    /// <summary>A token that is valid for at least 30 seconds.</summary>
    /// <exception cref="TokenRefusedException">The issuer refused client or scope, was not reached, or is none.</exception>
    public async ValueTask<string> Get(CancellationToken cancellation)
    {
        var held = _held;
        if (held.RenewTime > DateTimeOffset.UtcNow)
        {
            return held.Token;
        }

        await _gate.WaitAsync(cancellation);
        try
        {
            if (_held.RenewTime <= DateTimeOffset.UtcNow)
            {
                var (token, ends) = await request(cancellation);
                _held = new Held(token, ends - _margin);
            }

            return _held.Token;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    internal static async Task<(string Token, DateTimeOffset Ends)> Request(
        HttpClient http, Uri endpoint, DpopKey? key, CancellationToken cancellation, params (string Name, string Value)[] parameters)
    {
        var (response, body, answer) = await Ask(http, endpoint, key, parameters, cancellation);
        if (key is not null && answer?.Error == _nonceNeeded)
        {
            response.Dispose();
            (response, body, answer) = await Ask(http, endpoint, key, parameters, cancellation);
        }

        using var last = response;
        if (key is not null && answer is { AccessToken: not null } && !string.Equals(answer.Type, "DPoP", StringComparison.OrdinalIgnoreCase))
        {
            throw new TokenRefusedException("invalid_response", $"{endpoint} gave a token that is not bound to the key.");
        }

        var mayPass = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
        return answer switch
        {
            { AccessToken: { } token, ExpiresIn: var seconds } when response.IsSuccessStatusCode => (token, DateTimeOffset.UtcNow.AddSeconds(seconds)),
            { Error: { } error, Description: var description } => throw new TokenRefusedException(error, description ?? "", mayPass || error == _unavailable),
            _ => throw new TokenRefusedException(
                "invalid_response", $"{endpoint} answered {(int)response.StatusCode} with {response.Content.Headers.ContentType?.MediaType ?? "no type"}, which is no token answer: {(answer?.AccessToken is null ? Beginning(body) : "a token with an error's status")}", mayPass),
        };
    }

    /// <summary>Sends the request once, with a proof if there is a key, and remembers the endpoint's nonce.</summary>
    private static async Task<(HttpResponseMessage Response, byte[] Body, Answer? Answer)> Ask(
        HttpClient http, Uri endpoint, DpopKey? key, (string Name, string Value)[] parameters, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new FormUrlEncodedContent(parameters.Where(pair => pair.Value.Length > 0).Select(pair => KeyValuePair.Create(pair.Name, pair.Value))),
        };
        if (key is not null)
        {
            request.Headers.Add("DPoP", key.Proof(endpoint));
        }

        var response = await Post(http, endpoint, request, cancellation);
        if (key is not null && response.Headers.TryGetValues("DPoP-Nonce", out var nonces))
        {
            key.Hear(endpoint, nonces.First());
        }

        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        return (response, body, Read(body));
    }

    /// <summary>Sends the request. An exception names the endpoint's address.</summary>
    private static async Task<HttpResponseMessage> Post(HttpClient http, Uri endpoint, HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, cancellation);
        }
        catch (HttpRequestException unreachable)
        {
            var isTrusted = unreachable.HttpRequestError != HttpRequestError.SecureConnectionError;
            throw new TokenRefusedException(
                isTrusted ? _unavailable : "invalid_response", $"{endpoint} cannot be reached: {Causes(unreachable)}", isTrusted, unreachable);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TokenRefusedException(_unavailable, $"{endpoint} did not answer in time.", mayPass: true, late);
        }
    }

    /// <summary>The messages of an exception and of its inner exceptions.</summary>
    internal static string Causes(Exception? failed)
    {
        var messages = new List<string>();
        for (; failed is not null; failed = failed.InnerException)
        {
            messages.Add(failed.Message);
        }

        return string.Join(' ', messages.Distinct());
    }

    private static Answer? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<Answer>(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Beginning(byte[] body)
    {
        var text = string.Concat(Encoding.UTF8.GetString(body).Take(_shownLetters).Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
        return text.Length == 0 ? "nothing" : $"'{text}'";
    }

    private sealed record Held(string Token, DateTimeOffset RenewTime);

    private sealed record Answer(
        [property: JsonPropertyName("access_token")] string? AccessToken,
        [property: JsonPropertyName("token_type")] string? Type,
        [property: JsonPropertyName("expires_in")] double ExpiresIn,
        [property: JsonPropertyName("error")] string? Error,
        [property: JsonPropertyName("error_description")] string? Description);
}
