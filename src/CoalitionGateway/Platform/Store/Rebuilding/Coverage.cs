using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger.SignIns;

namespace CoalitionGateway.Platform.Store.Rebuilding;

/// <summary>
/// The tables and columns that coalition verify compares. Every column of every table of the model is rebuilt from the
/// events, except those that are listed here with the reason. A new table is compared without being listed.
/// </summary>
internal static class Coverage
{
    /// <summary>Stands for all columns of a table.</summary>
    public const string All = "*";

    /// <summary>Tables that are checked in another way.</summary>
    public static readonly IReadOnlyDictionary<Type, string> Apart = new Dictionary<Type, string>
    {
        [typeof(StoredEvent)] = "the source of all others: bytes against the signed tree, columns against the bytes, MACs against the keys",
        [typeof(LogTile)] = "made anew from the events",
        [typeof(StoredCheckpoint)] = "the note against the tree made anew, and its signature",
    };

    /// <summary>Columns that cannot be compared with anything, by table, and the reason.</summary>
    public static readonly IReadOnlyDictionary<(string Table, string Column), string> NotCompared = new Dictionary<(string, string), string>
    {
        [("profile", All)] = "sealed under the member's own key, erasable and in no event; a changed field no longer opens",
        [("request", "fingerprint")] = "a keyed hash of what was asked, emptied when the member is erased; a changed one has a retry refused, and never answered anew",
        [("notification", All)] = "holds the number that a partner is told by, which goes when the partner acknowledges; it moves no points, releases nothing and admits nobody",
        [("proposal_request", All)] = "the request of an open proposal, erasable and in no event; a changed one no longer fits the digest in the event, and its approval is refused",
        [("passkey", "name")] = "its holder's own name for it, in no event, shown to them alone",
        [("passkey", "transports")] = "how a browser reaches the authenticator; a wrong one only has the browser look for it longer",
        [("checkpoint", "time")] = "when it was signed; the signed note has no time, and nothing rests on it",
    };

    /// <summary>Rows whose deletion is not noticed, by table, and the reason.</summary>
    public static readonly IReadOnlyDictionary<string, string> NotMissed = new Dictionary<string, string>
    {
        ["request"] = "a refusal: no event tells of it; its retry is decided anew",
    };

    /// <summary>Whether a table is rebuilt and compared row by row.</summary>
    public static bool Compares(RowTable table) => !Apart.ContainsKey(table.Type) && !NotCompared.ContainsKey((table.Name, All));

    /// <summary>Whether rows are only ever added to the table. The rows of such a table are summed and not held.</summary>
    public static bool IsInsertOnly(RowTable table) => table.Sample is not { IsInsertOnly: false };

    /// <summary>A stored row, reduced to the values that follow from events.</summary>
    public static object Comparable(object row) => row switch
    {
        MembershipNumber number => number.Committed(),
        LinkCode code => code.Told(),
        Passkey passkey => passkey.Told(),
        StoredAnswer request => request with { Fingerprint = [] },
        _ => row,
    };
}
