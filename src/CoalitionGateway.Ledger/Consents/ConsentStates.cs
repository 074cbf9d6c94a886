namespace CoalitionGateway.Ledger.Consents;

/// <summary>The state of a consent (ISO/IEC TS 27560). The numbers match the contract's and are stored.</summary>
public enum ConsentState
{
    /// <summary>In force: given while no consent was in force.</summary>
    Given = 1,

    /// <summary>Withdrawn by the member.</summary>
    Withdrawn = 2,

    /// <summary>Requested by the partner; the member has not answered.</summary>
    Requested = 3,

    /// <summary>Refused by the member.</summary>
    Refused = 4,

    /// <summary>Deferred by the member.</summary>
    Deferred = 5,

    /// <summary>In force: given again while it was in force, on the same or a newer notice.</summary>
    Renewed = 6,

    /// <summary>Ended by the consent's partner, not by the member.</summary>
    Revoked = 7,

    /// <summary>The notice has changed materially since the consent was given. The consent must be asked for again.</summary>
    Invalidated = 8,

    /// <summary>The consent has reached its age limit. It must be asked for again.</summary>
    Expired = 9,
}

/// <summary>An act on a consent.</summary>
public enum ConsentAct
{
    Request,
    Refuse,
    Defer,
    Give,
    Withdraw,
    Revoke,
}

public static class ConsentStates
{
    private static readonly Dictionary<(ConsentState? From, ConsentAct Act), ConsentState> _transitions = Read(
        """
                     Request    Refuse   Defer     Give     Withdraw   Revoke
        none         Requested  Refused  -         Given    -          -
        Requested    -          Refused  Deferred  Given    -          -
        Deferred     Requested  Refused  Deferred  Given    -          -
        Refused      -          -        -         Given    -          -
        Given        -          -        -         Renewed  Withdrawn  Revoked
        Renewed      -          -        -         Renewed  Withdrawn  Revoked
        Withdrawn    Requested  Refused  -         Given    -          -
        Revoked      Requested  Refused  -         Given    -          -
        Invalidated  Requested  Refused  -         Given    Withdrawn  Revoked
        Expired      Requested  Refused  -         Given    Withdrawn  Revoked
        """);

    /// <summary>Whether a consent in this state permits anything.</summary>
    public static bool IsInForce(this ConsentState state) => state is ConsentState.Given or ConsentState.Renewed;

    /// <summary>The state after an act; null if the state before does not allow the act.</summary>
    /// <param name="from">The state before; null if there never was a consent.</param>
    public static ConsentState? After(ConsentState? from, ConsentAct act) => _transitions.TryGetValue((from, act), out var to) ? to : null;

    private static Dictionary<(ConsentState? From, ConsentAct Act), ConsentState> Read(string table)
    {
        var lines = table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        return lines.Skip(1)
            .SelectMany(line => lines[0].Zip(line.Skip(1), (act, to) => (From: line[0], Act: act, To: to)))
            .Where(cell => cell.To != "-")
            .ToDictionary(
                cell => (cell.From == "none" ? (ConsentState?)null : Enum.Parse<ConsentState>(cell.From), Enum.Parse<ConsentAct>(cell.Act)),
                cell => Enum.Parse<ConsentState>(cell.To));
    }
}
