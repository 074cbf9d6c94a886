namespace CoalitionGateway.Ledger.Compliance;

public static class HoldGrounds
{
    /// <summary>The ground's name in refusals, as the contract spells it.</summary>
    public static string Name(this HoldGround ground) => ground == HoldGround.LegalObligation ? "legal_obligation" : "legal_claims";
}
