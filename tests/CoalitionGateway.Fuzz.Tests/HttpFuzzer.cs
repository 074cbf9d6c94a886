using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text;
using CoalitionGateway.Fuzz.Tests.Checking;
using CoalitionGateway.Fuzz.Tests.Generating;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Fuzz.Tests;

/// <summary>Sends requests to the HTTP endpoints: the authority's, the members' pages, health, and paths that do not exist.</summary>
internal sealed class HttpFuzzer(TestGateway gateway, Vocabulary words, Coverage coverage, Findings findings, Random random) : IDisposable
{
    private const string _assertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const int _longestAnswer = 64 * 1024;
    private static readonly string[] _paths =
    [
        "/oauth/authorize", "/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/par", "/sign-in", "/sign-in/code", "/sign-in/options", "/sign-in/style.css", "/account", "/account/sign-out", "/oauth/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/healthz", "/healthz/live", "/healthz/ready",
        "/", "/oauth", "/oauth/", "/OAUTH/TOKEN", "/oauth/token/", "/oauth//token", "/oauth/token%00", "/%2e%2e/", "/.well-known/", "/metrics", "/swagger", "/favicon.ico", "/coalition.gateway.v1.PoolService/GetPool",
    ];

    // The error codes of RFC 6749, sections 4.1.2.1 and 5.2, of RFC 7009, section 2.2.1, of OpenID Connect Core, section 3.1.2.6,
    // and of RFC 9449, sections 5 and 8.
    private static readonly string[] _errors =
    [
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "unsupported_token_type", "unsupported_response_type", "access_denied",
        "server_error", "temporarily_unavailable", "login_required", "slow_down", "interaction_required", "consent_required",
        "invalid_dpop_proof", "use_dpop_nonce",
    ];

    /// <summary>Endpoints that answer successfully to some callers.</summary>
    public static IReadOnlyList<string> Endpoints { get; } =
    [
        "GET /oauth/authorize", "POST /oauth/token", "POST /oauth/revoke", "GET /oauth/jwks", "GET /.well-known/openid-configuration", "GET /.well-known/oauth-authorization-server", "GET /healthz",
        "GET /healthz/live", "GET /healthz/ready", "POST /oauth/introspect", "GET /sign-in", "GET /sign-in/code", "GET /sign-in/recovery", "GET /sign-in/style.css", "GET /sign-in/passkeys.js",
        "POST /sign-in/code", "POST /sign-in/recovery", "POST /sign-in/new-start", "POST /sign-in/options",
    ];

    private static readonly string[] _forms = ["/oauth/token", "/oauth/token", "/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/par"];

    // What a browser sends to the members' pages.
    private static readonly string[] _pages =
    [
        "/sign-in/code", "/sign-in/recovery", "/sign-in/new-start", "/sign-in/options", "/sign-in/consent", "/sign-in/passkey", "/sign-in/passkeys", "/sign-in/passkeys/options",
        "/account/passkeys/remove", "/account/recovery-codes", "/account/sessions/end", "/account/apps/withdraw", "/account/code/cancel", "/account/sign-out",
    ];

    private static readonly byte[] _bulk = Enumerable.Repeat((byte)'x', 4 << 20).ToArray();

    private readonly HttpClient _http = Client(Timeout.InfiniteTimeSpan);

    // Each request uses a new connection.
    private readonly HttpClient _apart = Client(TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly LastInput _last = new();
    private string? _code;

    // One request in three is correct.
    private bool _isPlain;

    public int Calls { get; private set; }

    public async Task Run(CancellationToken stop)
    {
        await Well();
        for (; !stop.IsCancellationRequested; Calls++)
        {
            _isPlain = random.Next(3) == 0;
            switch (random.Next(20))
            {
                case < 5:
                    await Ask(Authorize());
                    break;
                case < 8:
                    await Ask(OfPage(_pages[random.Next(_pages.Length)]));
                    break;
                case < 12:
                    await Ask(Post());
                    break;
                case 12:
                    await Bulk();
                    break;
                case 13 or 14:
                    await Raw();
                    break;
                default:
                    await Ask(Anything());
                    break;
            }
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _apart.Dispose();
        _key.Dispose();
        _last.Dispose();
    }

    /// <summary>One of several values, of which the first is the correct one.</summary>
    private string Pick(params string[] some) => some[_isPlain ? 0 : random.Next(some.Length)];

    /// <summary>A value, percent-encoded. One in four is odd; one in twenty is encoded wrongly.</summary>
    private string Encoded(string fitting)
    {
        var value = !_isPlain && random.Next(4) == 0 ? Oddities.Text(random, fitting) : Encoding.UTF8.GetBytes(fitting);
        return _isPlain ? Uri.EscapeDataString(fitting) : random.Next(20) switch
        {
            0 => Pick("%", "%0", "%zz", "%u0041", "%00", "%C0%80", "%ED%A0%80", "+", "%2500"),
            _ => string.Concat(value.Take(3000).Select(one => char.IsAsciiLetterOrDigit((char)one) ? $"{(char)one}" : $"%{one:X2}")),
        };
    }

    private string Parameters(params (string Name, string Value)[] parameters)
    {
        var kept = parameters.Where(_ => _isPlain || random.Next(12) > 0).Select(parameter => $"{parameter.Name}={Encoded(parameter.Value)}").ToList();
        if (!_isPlain && random.Next(12) == 0)
        {
            kept.AddRange(kept.Take(2).ToArray());
        }

        for (var i = !_isPlain && random.Next(30) == 0 ? 2000 : 0; i > 0; i--)
        {
            kept.Add($"p{i}=1");
        }

        return string.Join('&', kept);
    }

    private string ClientId() => Pick("test-operator", TestGateway.App, TestGateway.App, "alpha", "nobody", "a\0b", words.Pick("partner_id", random) ?? "x");

    private HttpRequestMessage Authorize()
    {
        var query = Parameters(
            ("client_id", _isPlain || random.Next(4) > 0 ? TestGateway.App : ClientId()), ("redirect_uri", Pick(TestGateway.Redirect, TestGateway.Redirect, "http://[::1]:1/", "http://localhost/", "https://elsewhere.example/", "http://127.0.0.1:9/a?b=c#d", "javascript:alert(1)", "//127.0.0.1")),
            ("response_type", Pick("code", "code", "code", "token", "code id_token")), ("code_challenge", Pick("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "short", "=")),
            ("code_challenge_method", Pick("S256", "S256", "S256", "plain")), ("login_hint", words.Pick("membership_number", random) ?? "nobody"), ("state", Pick("s", "a b&c=d", "<script>")), ("scope", Pick("", "balances.read", "nothing.read")));
        var request = new HttpRequestMessage(HttpMethod.Get, $"{gateway.Options.HttpUrl}/oauth/authorize?{query}");
        if (!_isPlain && random.Next(6) == 0)
        {
            request.Headers.TryAddWithoutValidation("Sec-GPC", Pick("1", "0", "1, 1", "é"));
        }

        return request;
    }

    private HttpRequestMessage Post()
    {
        var isBasic = random.Next(3) == 0;
        (string, string)[] proof = random.Next(4) switch
        {
            0 when !_isPlain => [("client_assertion_type", Pick(_assertion, _assertion, "x")), ("client_assertion", Assertion())],
            _ when isBasic => [],
            _ => [("client_id", ClientId()), ("client_secret", Pick(TestGateway.Secret, "wrong", ""))],
        };
        var path = _forms[random.Next(_forms.Length)];
        (string, string)[] what = random.Next(4) switch
        {
            0 when !_isPlain => [("grant_type", "authorization_code"), ("code", _code ?? "x"), ("redirect_uri", TestGateway.Redirect), ("client_id", TestGateway.App), ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")],
            _ when path == "/oauth/par" => [("response_type", Pick("code", "token")), ("redirect_uri", Pick(TestGateway.Redirect, "http://localhost/")), ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", Pick("S256", "plain")), ("request_uri", "urn:x"), ("dpop_jkt", Pick("x", ""))],
            _ when path is "/oauth/revoke" or "/oauth/introspect" => [("token", Pick("x", "a.b.c", ForgedTokens.Make(gateway, ForgedTokens.Faults.Keys.ElementAt(random.Next(ForgedTokens.Faults.Count))))), ("token_type_hint", "access_token")],
            _ => [("grant_type", Pick("client_credentials", "client_credentials", "password", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange")), ("scope", Pick("", "programmes.read", "audit.read", "a\"b"))],
        };
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(Parameters([.. proof, .. what])));
        content.Headers.TryAddWithoutValidation("content-type", _isPlain || random.Next(10) > 0
            ? "application/x-www-form-urlencoded"
            : Pick("application/json", "application/x-www-form-urlencoded; charset=utf-7", "application/x-www-form-urlencoded;charset=nothing", "multipart/form-data; boundary=x", "multipart/form-data", "", ";", "é", "text/plain"));
        if (!_isPlain && random.Next(20) == 0)
        {
            content.Headers.TryAddWithoutValidation("content-encoding", Pick("gzip", "br", "identity"));
        }

        var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway.Options.HttpUrl}{path}") { Content = content };
        if (!_isPlain && random.Next(10) == 0)
        {
            request.Headers.TryAddWithoutValidation("DPoP", Pick("", "x", "a.b.c", Assertion()));
        }

        if (isBasic)
        {
            var pair = $"{Encoded(ClientId())}:{Encoded(TestGateway.Secret)}";
            var header = _isPlain || random.Next(5) > 0 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)) : Pick("", "!", "YTpi=", new string('A', 9000), Convert.ToBase64String([0xFF, 0x3A, 0xFE]), Convert.ToBase64String("%:%"u8), Convert.ToBase64String("a%00b:x"u8));
            request.Headers.TryAddWithoutValidation("authorization", $"{Pick("Basic", "Basic", "basic", "Bearer", "Digest")} {header}");
        }

        return request;
    }

    /// <summary>A form or a JSON of the members' pages, as its own page or another site would send it.</summary>
    private HttpRequestMessage OfPage(string path)
    {
        var place = Pick("oauth/authorize?client_id=a", "https://elsewhere.example", "//elsewhere.example", "oauth/authorize?\u00e5=%zz", "oauth/authorize?\r\nx: y", new string('r', 9000));
        var isJson = path.Contains("passkey", StringComparison.Ordinal) && random.Next(8) > 0;
        var body = isJson
            ? Pick("""{"credential":"{}"}""", """{"credential":"{\"id\":\"AA\",\"type\":\"public-key\",\"response\":{}}","name":"a","code":"AAAAAAAAAAAA"}""", """{"code":7}""", "[]", "null", "{", "", new string('[', 9000))
            : Parameters(("code", Pick("AAAAAAAAAAAA", "", "\u00e5")), ("return", place), ("ticket", Pick("x", "AAAA")), ("answer", Pick("yes", "no")), ("id", Pick("x", RequestIds.New())));
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("content-type", Pick(
            isJson ? "application/json" : "application/x-www-form-urlencoded", isJson ? "application/json" : "application/x-www-form-urlencoded", "application/json; charset=utf-99",
            "application/x-www-form-urlencoded; charset=utf-7", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain", ";"));
        var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway.Options.HttpUrl}{path}") { Content = content };
        var own = new Uri(gateway.Options.Issuer).GetLeftPart(UriPartial.Authority);
        request.Headers.TryAddWithoutValidation("origin", Pick(own, own, own, "null", "https://elsewhere.example"));
        if (!_isPlain && random.Next(3) == 0)
        {
            request.Headers.TryAddWithoutValidation("cookie", Pick("coalition-session=x", "coalition-session=" + new string('c', 5000), "Identity.TwoFactorUserId=x", ".AspNetCore.Identity.Application=x"));
        }

        return request;
    }

    /// <summary>A client's assertion, unsigned or signed with an unpublished key, with claims of any form.</summary>
    private string Assertion()
    {
        if (random.Next(3) == 0)
        {
            object[] subjects = ["alpha", "a\0b", "", 7, new[] { "alpha" }, new string('s', 5000), "é\ud800"];
            var claims = new Dictionary<string, object> { ["iss"] = "alpha", ["sub"] = subjects[random.Next(subjects.Length)], ["jti"] = subjects[random.Next(subjects.Length)], ["exp"] = Pick("1", "99999999999999999999") };
            var header = Pick("""{"alg":"none"}""", """{"alg":"ES256","crit":["x"]}""", """{"alg":"HS256"}""", "{}", "[]", "null", """{"alg":"none","alg":"ES256"}""", new string('[', 4000));
            return $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(JsonSerializer.Serialize(claims))}.{Pick("", "x", "AAAA")}";
        }

        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "alpha", Audience = Pick(gateway.Options.HttpUrl, "x"), Expires = DateTime.UtcNow.AddMinutes(random.Next(2, 8)),
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_key) { KeyId = Pick("1", "é", "../x") }, SecurityAlgorithms.EcdsaSha256) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } },
            Claims = new Dictionary<string, object> { ["sub"] = Pick("alpha", "nobody", "a\0b"), ["jti"] = RequestIds.New() },
        });
        return random.Next(4) == 0 ? token.Remove(random.Next(token.Length)) : token;
    }

    private HttpRequestMessage Anything()
    {
        var method = new HttpMethod(Pick("GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND", "X", "get"));
        var request = new HttpRequestMessage(method, $"{gateway.Options.HttpUrl}{_paths[random.Next(_paths.Length)]}{Pick("", "", "?", "?x=%00", "?" + new string('q', 2000))}");
        if (method.Method is "POST" or "PUT")
        {
            request.Content = new ByteArrayContent(new byte[random.Next(3000)]);
        }

        if (_isPlain)
        {
            return request;
        }

        request.Headers.TryAddWithoutValidation(
            Pick("x-forwarded-host", "origin", "accept", "x-original-url", "range", "expect", "te", "if-none-match", "cookie"), Pick("elsewhere.example", "*/*", "bytes=0-9999999999", "100-continue", "trailers", "null", "é", new string('c', 5000)));
        return request;
    }

    /// <summary>Sends far more data than any form has, announced or not, at once or in pieces.</summary>
    private async Task Bulk()
    {
        var fields = Enumerable.Range(0, random.Next(1, 8)).Select(i => Encoding.ASCII.GetBytes($"{Pick("client_id", "client_secret", "scope", "x")}{(i == 0 ? "" : i)}="));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway.Options.HttpUrl}{Pick("/oauth/token", "/oauth/revoke", "/oauth/par", "/sign-in/code")}")
        {
            Content = new Long([.. fields], random.Next(2) == 0),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        await Ask(request, isBulk: true);
    }

    private static HttpClient Client(TimeSpan connectionsLast) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, MaxResponseHeadersLength = 64, UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        PooledConnectionLifetime = connectionsLast,
    }) { Timeout = Settings.Patience };

    /// <summary>Sends a request. If a reused connection ends under it, sends it again on another one.</summary>
    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, bool isBulk)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }
        catch (HttpRequestException ended) when (!isBulk && ended.InnerException is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded })
        {
            // Either side may close an idle connection, and no client can notice in time (RFC 9112, section 9.3.1).
            var again = new HttpRequestMessage(request.Method, request.RequestUri);
            foreach (var header in request.Headers.NonValidated)
            {
                again.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }

            if (request.Content is { } content)
            {
                again.Content = new ByteArrayContent(await content.ReadAsByteArrayAsync());
                foreach (var header in content.Headers.NonValidated)
                {
                    again.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
                }
            }

            return await _apart.SendAsync(again, HttpCompletionOption.ResponseHeadersRead);
        }
    }

    private async Task Ask(HttpRequestMessage request, bool isBulk = false)
    {
        var told = $"{request.Method} {request.RequestUri?.OriginalString} {string.Join(" | ", request.Headers.Select(header => $"{header.Key}: {string.Join(',', header.Value)}"))} {(request.Content?.Headers.NonValidated.TryGetValues("Content-Type", out var type) == true ? type : "")} {(request.Content is null || isBulk ? "" : Encoding.Latin1.GetString(await request.Content.ReadAsByteArrayAsync()))}";
        _last.Keep(told);
        try
        {
            using var response = await Send(request, isBulk);
            var body = await Body(response);
            if (Problem(request, response, body) is { } problem)
            {
                findings.Add($"{request.Method} {request.RequestUri!.AbsolutePath}: {problem}", $"{Shown(told)}\n      {(int)response.StatusCode} {Shown(body)}");
            }
            else if (response.StatusCode == HttpStatusCode.OK || (_code is not null && response.StatusCode == HttpStatusCode.Redirect))
            {
                coverage.Answer($"{request.Method} {request.RequestUri!.AbsolutePath}");
            }
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            // The gateway cuts off a request that is too large while it is being sent.
            if (!isBulk)
            {
                findings.Add($"{request.Method} {request.RequestUri!.AbsolutePath}: broken off", $"{Shown(told)}\n      {failed.Message} {failed.InnerException?.Message}");
            }
        }
        catch (OperationCanceledException)
        {
            findings.Add($"{request.Method} {request.RequestUri!.AbsolutePath}: no answer", Shown(told));
        }
        finally
        {
            request.Dispose();
        }
    }

    /// <summary>Asks every endpoint once, correctly.</summary>
    private async Task Well()
    {
        _isPlain = true;
        await Ask(Authorize());
        foreach (var endpoint in Endpoints.Where(endpoint => endpoint.StartsWith("GET ", StringComparison.Ordinal) && !endpoint.EndsWith("authorize", StringComparison.Ordinal)))
        {
            await Ask(new HttpRequestMessage(HttpMethod.Get, gateway.Options.HttpUrl + endpoint["GET ".Length..]));
        }

        foreach (var endpoint in Endpoints.Where(endpoint => endpoint.StartsWith("POST /sign-in", StringComparison.Ordinal)))
        {
            await Ask(OfPage(endpoint["POST ".Length..]));
        }

        for (var i = 0; i < 10; i++)
        {
            await Ask(Post());
        }
    }

    private string? Problem(HttpRequestMessage request, HttpResponseMessage response, string body)
    {
        if ((int)response.StatusCode is >= 500 and not 501 and not 505)
        {
            return $"HTTP {(int)response.StatusCode}";
        }

        if (body.Length >= _longestAnswer)
        {
            return "an answer that is too long";
        }

        if (response.StatusCode == HttpStatusCode.Redirect)
        {
            return Redirected(response.Headers.Location);
        }

        var isOfOAuth = request.RequestUri!.AbsolutePath is "/oauth/token" or "/oauth/revoke" or "/oauth/introspect" or "/oauth/par" && request.Method == HttpMethod.Post;
        if (!isOfOAuth || response.StatusCode is not (HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized) || body.Length == 0)
        {
            return null;
        }

        try
        {
            var error = JsonDocument.Parse(body).RootElement.GetProperty("error").GetString();
            return _errors.Contains(error) ? null : $"the error '{error}'";
        }
        catch (Exception failed) when (failed is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return "an error that is no JSON";
        }
    }

    private string? Redirected(Uri? location)
    {
        if (location?.OriginalString.StartsWith($"{gateway.Options.Issuer}/sign-in", StringComparison.Ordinal) == true)
        {
            // To the authority's own page.
            return null;
        }

        if (location is not { IsAbsoluteUri: true } || location.Scheme != "http" || location.Host is not ("127.0.0.1" or "[::1]"))
        {
            return $"a redirect to {location}";
        }

        const string code = "code=";
        var at = location.Query.IndexOf(code, StringComparison.Ordinal);
        if (at > 0)
        {
            _code = location.Query[(at + code.Length)..].Split('&')[0];
        }

        return location.Query.Contains("error=server_error", StringComparison.Ordinal) ? "server_error" : null;
    }

    private static async Task<string> Body(HttpResponseMessage response)
    {
        var bytes = new byte[_longestAnswer];
        await using var stream = await response.Content.ReadAsStreamAsync();
        return Encoding.UTF8.GetString(bytes, 0, await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    /// <summary>Sends bytes that are not HTTP, almost HTTP or incomplete HTTP.</summary>
    private async Task Raw()
    {
        var text = Pick(
            "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\0\0\0\0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nContent-Length: 11\r\n\r\n",
            "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nclient_id=a", "POST /oauth/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\nx",
            "POST /oauth/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\nX: \0\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /healthz HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 500)) + "\r\n", "GET /" + new string('a', 10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", "GET http://elsewhere.example/oauth/authorize HTTP/1.1\r\nHost: x\r\n\r\n", "\u0016\u0003\u0001");
        try
        {
            using var tcp = new TcpClient { NoDelay = true };
            var address = new Uri(gateway.Options.HttpUrl);
            await tcp.ConnectAsync(address.Host, address.Port);
            var stream = tcp.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text));
            using var moment = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(10, 300)));
            var answer = new byte[64];
            var read = await stream.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false, moment.Token);
            var line = Encoding.Latin1.GetString(answer, 0, read);
            if (line.StartsWith("HTTP/1.1 5", StringComparison.Ordinal) && !line.StartsWith("HTTP/1.1 505", StringComparison.Ordinal))
            {
                findings.Add($"raw HTTP: {line[..12]}", Shown(text));
            }
        }
        catch (Exception closed) when (closed is IOException or SocketException or OperationCanceledException)
        {
            // The connection is closed, or the server still waits for the rest.
        }
    }

    private static string Shown(string text) => string.Concat(text.Take(1200).Select(letter => char.IsControl(letter) ? $"\\u{(int)letter:x4}" : $"{letter}"));

    /// <summary>Fields of four megabytes each.</summary>
    private sealed class Long(IReadOnlyList<byte[]> fields, bool isAnnounced) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var field in fields)
            {
                await stream.WriteAsync(field);
                await stream.WriteAsync(_bulk);
                await stream.WriteAsync("&"u8.ToArray());
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = fields.Sum(field => (long)field.Length + _bulk.Length + 1);
            return isAnnounced;
        }
    }
}
