namespace CoalitionGateway.Ledger.Rewards;

/// <summary>A claimed reward, which its code proves. Whoever shows the code gets the reward, once.</summary>
/// <param name="Id">The event of the claim.</param>
/// <param name="ClaimedBy">The member who claimed it. The gateway derives the code anew from the member and the request id.</param>
/// <param name="RequestId">The claim's request id.</param>
/// <param name="MembershipId">The membership at the time of the claim. It may have been merged into another one since.</param>
/// <param name="PricePoints">The points that it cost.</param>
/// <param name="Count">How many times it gives the reward at its use. More than 1 only if the gateway made it by the programme's
/// calendar.</param>
/// <param name="CodeHash">The keyed hash of the code, as hexadecimal digits.</param>
/// <param name="UsedBy">The brand that honoured the voucher; null: it is unused.</param>
/// <param name="UseTime">When it was used, the first time; null: it is unused.</param>
/// <param name="EntitledTime">Until then the brand gives the reward again; null: it gave it once, or not yet.</param>
public sealed record Voucher(
    EventId Id, MemberId ClaimedBy, Guid RequestId, ProgrammeId ProgrammeId, string RewardId, long RewardVersion,
    MembershipId MembershipId, long PricePoints, long Count, string CodeHash,
    DateTime ClaimTime, DateTime ExpireTime, PartnerId? UsedBy, DateTime? UseTime, DateTime? EntitledTime) : Row
{
    public override Key Primary => new Of(Id);

    public override IEnumerable<Key> Lookups => [new WithCode(CodeHash)];

    public sealed record Of(EventId Id) : Key<Voucher>;

    /// <summary>Strangers choose codes, so the absence of a voucher is not remembered.</summary>
    public sealed record WithCode(string CodeHash) : Key<Voucher>
    {
        public override bool RemembersAbsence() => false;
    }
}
