namespace CoalitionGateway.Ledger.Consents;

/// <summary>Where a consent stands (ISO/IEC TS 27560); the numbers are those of the contract, and stored.</summary>
public enum ConsentState
{
    /// <summary>In force: given where none was in force before.</summary>
    Given = 1,

    /// <summary>Taken back by the member.</summary>
    Withdrawn = 2,

    /// <summary>A partner asked for it; the member has not answered.</summary>
    Requested = 3,

    /// <summary>The member said no.</summary>
    Refused = 4,

    /// <summary>The member said: later.</summary>
    Deferred = 5,

    /// <summary>In force: given anew while it was in force, on the same or a newer notice.</summary>
    Renewed = 6,

    /// <summary>Ended by another than the member: by the partner that it was for.</summary>
    Revoked = 7,

    /// <summary>Given on a notice that has changed since in a way that matters: to be asked for again.</summary>
    Invalidated = 8,

    /// <summary>Given longer ago than a consent holds: to be asked for again.</summary>
    Expired = 9,
}

/// <summary>What somebody does to a consent.</summary>
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

    /// <summary>Whether the state permits anything.</summary>
    public static bool IsInForce(this ConsentState state) => state is ConsentState.Given or ConsentState.Renewed;

    /// <summary>The state after an act; null where the act has no place.</summary>
    /// <param name="from">The state before; null where there never was a consent.</param>
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
