namespace CoalitionGateway.Ledger.Members;

/// <summary>Records that a member was erased. Kept for ever, so that a restored backup without the erasure is detected.</summary>
public sealed record Erasure(MemberId MemberId, EventId EventId, DateTime EraseTime) : Row
{
    public override Key Primary => new Of(MemberId);

    public sealed record Of(MemberId MemberId) : Key<Erasure>;
}
