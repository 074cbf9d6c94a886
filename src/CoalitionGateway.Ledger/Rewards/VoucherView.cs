using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Rewards;

/// <summary>A voucher as a brand sees it that was shown the code.</summary>
/// <param name="Voucher">Null: there is none with the code.</param>
/// <param name="Reward">The version that was claimed.</param>
/// <param name="Holder">The membership that claimed it, or the one that it was merged into.</param>
public sealed record VoucherView(Voucher? Voucher, Programme? Programme, Reward? Reward, Membership? Holder)
{
    /// <summary>The same refusal for "no such code" and "not at your brand", so that nobody learns of codes by guessing.</summary>
    public static Refusal NotFound { get; } =
        new(RefusalReason.VoucherNotFound, "No voucher that your brand honours has this code; ask the member to show it again.",
            "voucher_code");

    /// <summary>The member who holds the voucher; null: they were erased.</summary>
    public MemberId? MemberId => Holder is { IsErased: false } holder ? holder.MemberId : null;

    public static VoucherView Find(WorkingState rows, string codeHash) => rows.Find(new Voucher.WithCode(codeHash)) is not { } voucher
        ? new VoucherView(null, null, null, null)
        : new VoucherView(
            voucher, rows.Find(new Programme.Of(voucher.ProgrammeId)),
            rows.Find(new Reward.Of(voucher.ProgrammeId, voucher.RewardId, voucher.RewardVersion)),
            Membership.Find(rows, voucher.MembershipId));

    public bool IsHonouredBy(PartnerId partner) => Reward?.IsHonouredBy(partner, Programme!.PartnerId) == true;
}
