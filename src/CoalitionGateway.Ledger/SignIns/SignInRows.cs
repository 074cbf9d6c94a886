namespace CoalitionGateway.Ledger.SignIns;

/// <summary>All rows by which a member signs in. They go when the member is erased, or has no membership any more.</summary>
internal static class SignInRows
{
    /// <summary>Asks for the rows. Returns those that are erasable.</summary>
    public static IReadOnlyList<Passkey> Find(WorkingState rows, MemberId member)
    {
        SignInCode.Find(rows, member);
        rows.FindAll(new RecoveryCode.ByMember(member));
        return rows.FindAll(new Passkey.ByAccount(member));
    }

    /// <summary>Removes all but the passkeys, which are erased beside the event.</summary>
    public static void Remove(WorkingState rows, MemberId member)
    {
        SignInCode.Remove(rows, member);
        foreach (var code in rows.FindAll(new RecoveryCode.ByMember(member)).ToArray())
        {
            rows.Remove(code);
        }
    }

    /// <summary>Removes the passkeys while the rows are rebuilt from the events.</summary>
    public static void RemovePasskeys(WorkingState rows, MemberId member)
    {
        foreach (var passkey in rows.FindAll(new Passkey.ByAccount(member)).ToArray())
        {
            rows.Remove(passkey);
        }
    }
}
