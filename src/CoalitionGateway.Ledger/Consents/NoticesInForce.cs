namespace CoalitionGateway.Ledger.Consents;

/// <summary>The notice versions: the one that is shown now, and those on which a consent is still valid.</summary>
/// <param name="Current">The version that is shown now.</param>
/// <param name="Valid">The versions since the last material change, including the current version.</param>
public sealed record NoticesInForce(string Current, IReadOnlyList<string> Valid)
{
    /// <summary>How many months a consent given now lasts. 0: a consent does not expire.</summary>
    public int LastsMonths { get; init; }

    /// <summary>When a consent given at this time expires; null if it does not expire.</summary>
    public DateTime? ExpireTimeOf(DateTime given) => LastsMonths > 0 ? given.AddMonths(LastsMonths) : null;

    /// <summary>The state of a consent at a time under these notices; null if there is no consent.</summary>
    public ConsentState? StateOf(Consent? consent, DateTime now) => consent switch
    {
        { State: var state } when !state.IsInForce() => state,
        { NoticeVersion: var version } when !Valid.Contains(version) => ConsentState.Invalidated,
        { ExpireTime: { } end } when end <= now => ConsentState.Expired,
        _ => consent?.State,
    };
}
