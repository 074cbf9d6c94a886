using System.Text.Json.Nodes;
using Grpc.Core;
using static CoalitionGateway.Testing.Requests.Faults;

namespace CoalitionGateway.Testing.Requests;

/// <summary>The faults of requests about OAuth clients. The caller is operator-one.</summary>
internal static partial class FaultTable
{
    private static readonly string[] _badRedirects =
    [
        "", "app", "http://app.example/callback", "https://app.example/callback#there", "https://app.example/callback#", "https://ann@app.example/callback",
        "https://app.example/a b", "https://APP.example/callback", "https://app.example", "https://app.example/../callback", "http://127.0.0.1", "http://127.0.0.1:8080/callback",
        "http://127.0.0.1.evil.example/callback", "http://localhost/callback", "javascript:alert(1)", "com.example.app:/callback", $"https://app.example/{new string('a', 512)}",
    ];

    private static IEnumerable<Fault> Clients()
    {
        const string publish = "ClientService/PublishClient";
        return
        [
            .. Page("ClientService/ListClients", _operator),
            .. RequestId(publish, _operator), .. Slug(publish, _operator, "client.clientId"), Invalid(publish, _operator, "client.clientId", "test-operator"),
            Invalid(publish, _operator, "client", null) with { Field = "client.client_id" }, Invalid(publish, _operator, "client.displayName", ""),
            Invalid(publish, _operator, "client.kind", null), Invalid(publish, _operator, "client.kind", 9), Invalid(publish, _operator, "client.kind", "CALLER_KIND_PARTNER") with { Field = "client.kind" },
            Invalid(publish, _operator, "client.scopes", null), Invalid(publish, _operator, "client.scopes", new JsonArray("earning.write")), Invalid(publish, _operator, "client.scopes", new JsonArray("")),
            Invalid(publish, _operator, "client.redirectUris", null),
            Invalid(publish, _operator, "client.redirectUris", new JsonArray([.. Enumerable.Range(0, 11).Select(i => JsonValue.Create($"https://app.example/{i}"))])),
            .. _badRedirects.Select(redirect => Invalid(publish, _operator, "client.redirectUris", new JsonArray("https://app.example/callback", redirect)) with { Field = "client.redirect_uris[1]" }),
            Refused(publish, _operator, "client.clientId", "beta", StatusCode.AlreadyExists, "CLIENT_EXISTS"),
            .. new[] { "ClientService/IssueClientSecret", "ClientService/PublishClientKeys", "ClientService/SuspendClient", "ClientService/ResumeClient", "ClientService/SetSenderConstraint" }.SelectMany(method => (Fault[])
            [
                .. RequestId(method, _operator), .. Slug(method, _operator, "clientId"), Refused(method, _operator, "clientId", _unknown, StatusCode.NotFound, "CLIENT_NOT_FOUND"),
            ]),
            .. new[] { -1, 3654 }.Select(days => Invalid("ClientService/IssueClientSecret", _operator, "validDays", days)),
            .. new[] { -1, 721 }.Select(hours => Invalid("ClientService/IssueClientSecret", _operator, "formerHours", hours)),
            Invalid("ClientService/SetSenderConstraint", _operator, "senderConstraint", null), Invalid("ClientService/SetSenderConstraint", _operator, "senderConstraint", 9),
            .. _badKeys.Select(jwks => Invalid("ClientService/PublishClientKeys", _operator, "jwks", jwks)),
        ];
    }
}
