using System.Security.Cryptography;
using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.SignIns;

/// <summary>
/// Adds a passkey. The member or person proves themself by a one-time code, or by having signed in. A code adds the first passkey,
/// or, after the waiting time of a member's new start, the only one.
/// </summary>
/// <param name="Passkey">The passkey. Its times and its account are the command's.</param>
/// <param name="CodeHash">The keyed hash of the code that was typed; null after a sign-in.</param>
public sealed record AddPasskey(CommandContext Context, AccountId AccountId, Passkey Passkey, string? CodeHash) : Command<AddPasskey.State>(Context)
{
    public override string Method => nameof(AddPasskey);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(AccountId.Value).Text(Passkey.CredentialId).OptionalText(CodeHash);

    public override State Needs(WorkingState rows, DateTime now) => new(
        AccountId.Member is { } member && rows.FindAll(new Membership.ByMember(member)).Count == 0,
        SignInCode.Find(rows, AccountId),
        rows.FindAll(new Passkey.ByAccount(AccountId)),
        AccountId.Member is { } holder ? rows.FindAll(new RecoveryCode.ByMember(holder)) : [],
        rows.Find(new Passkey.WithCredential(Passkey.CredentialId)));

    // The order is the precedence.
    public override Decision Decide(State state, DateTime now)
    {
        // A person who was removed has neither passkeys nor a code.
        if (state.IsGone || (CodeHash is null && state.Passkeys.Count == 0 && AccountId.Person is not null))
        {
            return MemberRefusals.NoMember();
        }

        var isNewStart = false;
        if (CodeHash is not null)
        {
            if (state.Code is not { } code || code.ExpireTime <= now || code.CodeHash != CodeHash)
            {
                return SignInRefusals.CodeInvalid;
            }

            if (state.Passkeys.Count > 0)
            {
                if (BeginNewStart.RefusesUntilReady(code, now) is { } waiting)
                {
                    return waiting;
                }

                isNewStart = true;
            }
        }

        if (state.Same is not null)
        {
            return new Refusal(RefusalReason.PasskeyExists, "The device has this passkey already; sign in with it.", "passkey");
        }

        if (!isNewStart && state.Passkeys.Count >= Passkey.Most)
        {
            return new Refusal(RefusalReason.TooManyPasskeys, $"You have {Passkey.Most} passkeys; remove one first.", "passkey").With("most", Passkey.Most);
        }

        var passkey = Passkey with { AccountId = AccountId, CreateTime = now };
        var made = new PasskeyAdded(
            Header(now), AccountId.Member, AccountId.Person, passkey.Id, Passkey.HashOf(passkey.CredentialId), SHA256.HashData(passkey.PublicKey), passkey.IsBackupEligible,
            UsesCode: CodeHash is not null, [.. (isNewStart ? state.RecoveryCodes : []).Select(code => code.CodeHash).Order(StringComparer.Ordinal)],
            [.. (isNewStart ? state.Passkeys : []).Select(old => old.Id).Order()]);
        return Decision.Accept(made, passkey).Erase(isNewStart ? [.. state.Passkeys] : []);
    }

    /// <param name="IsGone">Whether it is a member without memberships.</param>
    /// <param name="Same">A passkey with the same credential; null if there is none.</param>
    public sealed record State(
        bool IsGone, SignInCode? Code, IReadOnlyList<Passkey> Passkeys, IReadOnlyList<RecoveryCode> RecoveryCodes, Passkey? Same);
}

/// <param name="MemberId">The member; null: it is a person's passkey.</param>
/// <param name="PersonId">The person; null: it is a member's passkey.</param>
/// <param name="CredentialHash">The SHA-256 of the credential's id.</param>
/// <param name="KeyHash">The SHA-256 of the public key.</param>
/// <param name="UsesCode">Whether a one-time code proved the account.</param>
/// <param name="EndedCodes">The hashes of the recovery codes that it replaces.</param>
/// <param name="Ended">The passkeys that it replaces.</param>
[EventKind(132, Answers = "AddPasskey")]
public sealed record PasskeyAdded(
    EventHeader Header, MemberId? MemberId, PersonId? PersonId, Guid PasskeyId, string CredentialHash, byte[] KeyHash, bool IsBackupEligible, bool UsesCode,
    IReadOnlyList<string> EndedCodes, IReadOnlyList<Guid> Ended) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    private AccountId AccountId => AccountId.Of(MemberId, PersonId);

    /// <summary>Whether the passkey replaces all others, and the recovery codes.</summary>
    public bool IsNewStart => Ended.Count > 0;

    public override void Apply(WorkingState rows)
    {
        if (UsesCode)
        {
            SignInCode.Remove(rows, AccountId);
        }

        foreach (var code in EndedCodes)
        {
            rows.Remove(rows.Find(new RecoveryCode.Of(code))!);
        }
    }

    public override void Rebuild(WorkingState rows)
    {
        Apply(rows);
        foreach (var old in Ended)
        {
            rows.Remove(rows.Find(new Passkey.Of(old))!);
        }

        rows.Put(new Passkey(PasskeyId, AccountId, CredentialHash, KeyHash, "", IsBackupEligible, "", Time));
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer
        .OptionalUuid(MemberId?.Value).OptionalText(PersonId?.Value).Uuid(PasskeyId).Text(CredentialHash).Bytes(KeyHash).Flag(IsBackupEligible).Flag(UsesCode)
        .Texts(EndedCodes).List(Ended, static (w, id) => w.Uuid(id));

    internal static PasskeyAdded Decode(EventHeader header, CanonicalReader reader) => new(
        header, AccountId.ReadMember(reader), AccountId.ReadPerson(reader), reader.Uuid(), reader.Text(), reader.Bytes(), reader.Flag(), reader.Flag(),
        reader.Texts(), reader.List(static r => r.Uuid()));
}
