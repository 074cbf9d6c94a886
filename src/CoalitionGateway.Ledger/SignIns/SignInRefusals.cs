namespace CoalitionGateway.Ledger.SignIns;

internal static class SignInRefusals
{
    /// <summary>The same refusal for a code that never was, has ended, or was used, so that nobody learns which members exist.</summary>
    public static Refusal CodeInvalid { get; } =
        new(RefusalReason.SignInCodeInvalid, "The code is wrong, used or expired; ask the programme that sent it for a new one.", "code");

    public static Refusal PasskeyNotFound { get; } = new(RefusalReason.PasskeyNotFound, "There is no such passkey of yours.", "passkey_id");
}
