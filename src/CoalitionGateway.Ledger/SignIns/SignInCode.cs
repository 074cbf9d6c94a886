using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.SignIns;

/// <summary>
/// A one-time code of a brand, with which its member makes the first passkey. A member has at most one: a new code replaces the
/// one before. For a member who has passkeys already, the code counts only after a waiting time: a new start.
/// </summary>
/// <param name="CodeHash">The keyed hash of the code, as hexadecimal digits.</param>
/// <param name="PartnerId">The brand that made the code.</param>
/// <param name="ReadyTime">When the waiting time of a new start ends; null: no new start has begun.</param>
public sealed record SignInCode(MemberId MemberId, string CodeHash, PartnerId PartnerId, DateTime ExpireTime, DateTime? ReadyTime) : Row
{
    public override Key Primary => new Of(MemberId);

    public override IEnumerable<Key> Lookups => [new WithCode(CodeHash)];

    public override bool IsDeletable => true;

    /// <summary>Asks for the code and what would end it, so that <see cref="Remove"/> can remove both.</summary>
    internal static SignInCode? Find(WorkingState rows, MemberId member)
    {
        rows.Find(new Due.Of(EndSignInCode.DueKind, member.ToString()));
        return rows.Find(new Of(member));
    }

    /// <summary>Removes the code and what would end it. The command must have asked for both.</summary>
    internal static void Remove(WorkingState rows, MemberId member)
    {
        if (rows.Find(new Of(member)) is { } code)
        {
            rows.Remove(code);
        }

        Due.Settle(rows, EndSignInCode.DueKind, member.ToString());
    }

    public sealed record Of(MemberId MemberId) : Key<SignInCode>;

    /// <summary>Strangers choose codes, so the absence of a code is not remembered.</summary>
    public sealed record WithCode(string CodeHash) : Key<SignInCode>
    {
        public override bool RemembersAbsence() => false;
    }
}
