using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.SignIns;

internal static class SignInMapping
{
    public static V1.OpenSignInCode ToWire(this SignInCode code) => new()
    {
        PartnerId = code.PartnerId?.Value ?? "", ExpireTime = code.ExpireTime.ToWire(), ReadyTime = code.ReadyTime?.ToWire(),
    };
}
