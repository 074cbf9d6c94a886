using System.Security.Cryptography;

namespace CoalitionGateway.Portal.Layout;

/// <summary>The portal's style sheet and scripts. Their addresses name their content, so that browsers keep them for a year.</summary>
internal static class PortalAssets
{
    private static readonly Dictionary<string, (byte[] Content, string Address, string Type)> _all =
        new[] { ("portal.css", "text/css; charset=utf-8"), ("quote.js", "text/javascript; charset=utf-8"), ("proof.js", "text/javascript; charset=utf-8") }
            .ToDictionary(asset => asset.Item1, asset => Read(asset.Item1, asset.Item2), StringComparer.Ordinal);

    public static string Address(string name) => _all[name].Address;

    public static void MapAssets(this WebApplication app)
    {
        foreach (var (name, asset) in _all)
        {
            app.MapGet($"/assets/{name}", (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return Results.Bytes(asset.Content, asset.Type);
            }).ShortCircuit();
        }
    }

    private static (byte[] Content, string Address, string Type) Read(string name, string type)
    {
        using var stream = typeof(PortalAssets).Assembly.GetManifestResourceStream($"Assets/{name}")!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return (content, $"/assets/{name}?v={Convert.ToHexStringLower(SHA256.HashData(content))[..12]}", type);
    }
}
