namespace CoalitionGateway.Ledger.Consents;

/// <summary>The versions of the notice: which one is shown, and on which a consent still rests.</summary>
/// <param name="Current">The version that is shown now.</param>
/// <param name="Valid">The versions since the last one that changed something that matters; the current one among them.</param>
public sealed record NoticesInForce(string Current, IReadOnlyList<string> Valid)
{
    /// <summary>For how many months a consent holds that is given now; 0: until it is ended.</summary>
    public int LastsMonths { get; init; }

    /// <summary>When a consent ends by itself that is given at a time; null: not before it is ended.</summary>
    public DateTime? ExpireTimeOf(DateTime given) => LastsMonths > 0 ? given.AddMonths(LastsMonths) : null;

    /// <summary>Where a consent stands at a time under these notices; null where there is none.</summary>
    public ConsentState? StateOf(Consent? consent, DateTime now) => consent switch
    {
        { State: var state } when !state.IsInForce() => state,
        { NoticeVersion: var version } when !Valid.Contains(version) => ConsentState.Invalidated,
        { ExpireTime: { } end } when end <= now => ConsentState.Expired,
        _ => consent?.State,
    };
}
