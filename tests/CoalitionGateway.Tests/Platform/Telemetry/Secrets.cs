using CoalitionGateway.V1;

namespace CoalitionGateway.Tests.Platform.Telemetry;

/// <summary>A member's data. Its values occur nowhere else.</summary>
internal static class Secrets
{
    public const string Number = "qzx-number-77123";

    public static MemberProfile Profile => new() { DisplayName = "Qzxgiven Qzxfamily", Email = "qzx.mail@example.com" };

    /// <summary>The texts that contain any of these values.</summary>
    public static IEnumerable<string> In(IEnumerable<string> texts) => texts.Where(text => text.Contains("qzx", StringComparison.OrdinalIgnoreCase));
}
