using CoalitionGateway.Ledger.Schedules;

namespace CoalitionGateway.Ledger.SignIns;

/// <summary>
/// A one-time code with which a passkey is made: a brand's code for its member, or the code of an invited person. An account has at
/// most one: a new code replaces the one before. For a member who has passkeys already, the code counts only after a waiting time:
/// a new start.
/// </summary>
/// <param name="CodeHash">The keyed hash of the code, as hexadecimal digits.</param>
/// <param name="PartnerId">The brand that made the code; null: it is of an invitation.</param>
/// <param name="ReadyTime">When the waiting time of a new start ends; null: no new start has begun.</param>
public sealed record SignInCode(AccountId AccountId, string CodeHash, PartnerId? PartnerId, DateTime ExpireTime, DateTime? ReadyTime) : Row
{
    public override Key Primary => new Of(AccountId);

    public override IEnumerable<Key> Lookups => [new WithCode(CodeHash)];

    public override bool IsDeletable => true;

    /// <summary>Asks for the code and what would end it, so that <see cref="Remove"/> can remove both.</summary>
    internal static SignInCode? Find(WorkingState rows, AccountId account)
    {
        rows.Find(new Due.Of(EndSignInCode.DueKind, account.ToString()));
        return rows.Find(new Of(account));
    }

    /// <summary>Removes the code and what would end it. The command must have asked for both.</summary>
    internal static void Remove(WorkingState rows, AccountId account)
    {
        if (rows.Find(new Of(account)) is { } code)
        {
            rows.Remove(code);
        }

        Due.Settle(rows, EndSignInCode.DueKind, account.ToString());
    }

    public sealed record Of(AccountId AccountId) : Key<SignInCode>;

    /// <summary>Strangers choose codes, so the absence of a code is not remembered.</summary>
    public sealed record WithCode(string CodeHash) : Key<SignInCode>
    {
        public override bool RemembersAbsence() => false;
    }
}
