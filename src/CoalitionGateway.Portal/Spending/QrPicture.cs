using System.Net;
using System.Text;
using QRCoder;

namespace CoalitionGateway.Portal.Spending;

/// <summary>A code as a QR picture (ISO/IEC 18004) for a till's scanner.</summary>
internal static class QrPicture
{
    /// <summary>The picture as SVG, without styles, so that the page's policy shows it.</summary>
    /// <param name="code">The code.</param>
    /// <param name="name">What the picture is, for screen readers.</param>
    public static string Svg(string code, string name)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(code, QRCodeGenerator.ECCLevel.M);
        var rows = data.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Count; x++)
            {
                if (rows[y][x])
                {
                    path.Append('M').Append(x).Append(' ').Append(y).Append("h1v1h-1z");
                }
            }
        }

        return $"""<svg role="img" aria-label="{WebUtility.HtmlEncode(name)}: QR" viewBox="0 0 {rows.Count} {rows.Count}" shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="{path}"/></svg>""";
    }
}
