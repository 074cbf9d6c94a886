using CoalitionGateway.Ledger.SignIns;

namespace CoalitionGateway.Platform.Wire;

internal static class PasskeyMapping
{
    public static V1.PasskeySummary ToWire(this Passkey passkey) => new()
    {
        PasskeyId = passkey.Id.ToString(), DisplayName = passkey.Name, CreateTime = passkey.CreateTime.ToWire(), IsBackupEligible = passkey.IsBackupEligible,
    };
}
