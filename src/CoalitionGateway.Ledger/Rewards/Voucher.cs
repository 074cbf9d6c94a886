namespace CoalitionGateway.Ledger.Rewards;

/// <summary>A claimed reward, which its code proves. Whoever shows the code gets the reward, once.</summary>
/// <param name="Id">The event of the claim.</param>
/// <param name="ClaimedBy">The member who claimed it. The gateway derives the code anew from the member and the request id.</param>
/// <param name="RequestId">The claim's request id.</param>
/// <param name="MembershipId">The membership at the time of the claim. It may have been merged into another one since.</param>
/// <param name="CodeHash">The keyed hash of the code, as hexadecimal digits.</param>
/// <param name="UsedBy">The brand that honoured the voucher; null: it is unused.</param>
public sealed record Voucher(
    EventId Id, MemberId ClaimedBy, Guid RequestId, ProgrammeId ProgrammeId, string RewardId, long RewardVersion, MembershipId MembershipId, long PricePoints, string CodeHash,
    DateTime ClaimTime, DateTime ExpireTime, PartnerId? UsedBy, DateTime? UseTime) : Row
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
