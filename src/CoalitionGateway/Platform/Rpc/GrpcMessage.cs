using System.Text;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>The percent-encoding of grpc-message: of all bytes except the space and visible ASCII other than '%'.</summary>
internal static class GrpcMessage
{
    public static string Encode(string message)
    {
        var encoded = new StringBuilder(message.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(message))
        {
            if (IsPlain(octet))
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append('%').Append(octet.ToString("X2"));
            }
        }

        return encoded.ToString();
    }

    public static int EncodedLength(string message) => Encoding.UTF8.GetBytes(message).Sum(octet => IsPlain(octet) ? 1 : 3);

    private static bool IsPlain(byte octet) => octet is >= 0x20 and <= 0x7E && octet != '%';
}
