using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Sharing;

internal static class ConsentInForce
{
    /// <summary>Whether the brand may get data under the consent; null: there is none.</summary>
    public static bool IsInForce(this Consent? consent) => consent is { State: ConsentState.Given or ConsentState.Renewed };
}
