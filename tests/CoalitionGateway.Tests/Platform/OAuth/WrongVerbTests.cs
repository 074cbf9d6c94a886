using System.Net;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Platform.OAuth;

/// <summary>Which verbs each address of the authority takes. Any other is answered 405, with those it takes (RFC 9110, section 15.5.6).</summary>
public sealed class WrongVerbTests(TestCoalition coalition) : IClassFixture<TestCoalition>
{
    private static readonly string[] _verbs = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static TheoryData<string, string> Addresses => new()
    {
        { ".well-known/openid-configuration", "GET" },
        { ".well-known/oauth-authorization-server", "GET" },
        { "oauth/jwks", "GET" },
        { "oauth/authorize", "GET" },
        { "oauth/end-session", "GET, POST" },
        { "oauth/token", "POST" },
        { "oauth/revoke", "POST" },
        { "oauth/introspect", "POST" },
        { "oauth/par", "POST" },
        { "sign-in", "GET" },
        { "sign-in/style.css", "GET" },
        { "sign-in/passkeys.js", "GET" },
        { "sign-in/code", "GET, POST" },
        { "sign-in/new-start", "POST" },
        { "sign-in/recovery", "GET, POST" },
        { "sign-in/consent", "POST" },
        { "sign-in/options", "POST" },
        { "sign-in/passkey", "POST" },
        { "sign-in/passkeys/options", "POST" },
        { "sign-in/passkeys", "POST" },
        { "account", "GET" },
        { "account/passkeys/new", "GET" },
        { "account/passkeys/remove", "POST" },
        { "account/recovery-codes", "POST" },
        { "account/sessions/end", "POST" },
        { "account/apps/withdraw", "POST" },
        { "account/code/cancel", "POST" },
        { "account/sign-out", "POST" },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Address_AskedWithAnotherVerb_NamesThoseItTakes(string path, string allowed)
    {
        foreach (var verb in _verbs.Except(allowed.Split(", ")))
        {
            using var request = new HttpRequestMessage(new HttpMethod(verb), $"{coalition.Gateway.Options.HttpUrl}/{path}");
            using var answer = await coalition.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((verb, HttpStatusCode.MethodNotAllowed, allowed), (verb, answer.StatusCode, string.Join(", ", answer.Content.Headers.Allow.Order(StringComparer.Ordinal))));
        }
    }

    [Fact]
    public void Table_NamesEveryAddress()
    {
        var mapped = coalition.Gateway.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is null)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [], (endpoint, verb) => (Path: endpoint.RoutePattern.RawText!.TrimStart('/'), verb))
            .GroupBy(found => found.Path, found => found.verb, (path, verbs) => $"{path}: {string.Join(", ", verbs.Order(StringComparer.Ordinal))}");
        Assert.Equal(mapped.Order(StringComparer.Ordinal), Addresses.Select(row => $"{row.Data.Item1}: {row.Data.Item2}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("account/nothing")]
    [InlineData("no.such.Service/Method")]
    public async Task Address_ThatIsNone_IsNotFound_WithAnyVerb(string path)
    {
        foreach (var verb in _verbs)
        {
            using var request = new HttpRequestMessage(new HttpMethod(verb), $"{coalition.Gateway.Options.HttpUrl}/{path}");
            using var answer = await coalition.Gateway.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((verb, HttpStatusCode.NotFound), (verb, answer.StatusCode));
        }
    }
}
