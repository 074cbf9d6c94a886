namespace CoalitionGateway.Ledger.Members;

/// <summary>That a member was erased: for ever, so that a restored backup is found to lack it.</summary>
public sealed record Erasure(MemberId MemberId, EventId EventId, DateTime EraseTime) : Row
{
    public override Key Primary => new Of(MemberId);

    public sealed record Of(MemberId MemberId) : Key<Erasure>;
}
