namespace CoalitionGateway.Ledger.Programmes;

/// <summary>A partner brand.</summary>
public sealed record Partner(PartnerId Id, string DisplayName, DateTime CreateTime) : Row
{
    public override Key Primary => new Of(Id);

    public sealed record Of(PartnerId Id) : Key<Partner>;
}
