using System.Globalization;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>
/// How the log stood once: its name, its size and its root, as a signed note (c2sp.org/tlog-checkpoint). Whoever keeps
/// one can later be shown that nothing before it was changed.
/// </summary>
/// <param name="Origin">The log's name.</param>
/// <param name="Size">How many entries it had.</param>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    /// <summary>The text that is signed.</summary>
    public string Text => $"{Origin}\n{Size.ToString(CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(Root)}\n";

    /// <summary>Reads a checkpoint's text; null where it is none.</summary>
    public static Checkpoint? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[0].Length == 0 || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || size.ToString(CultureInfo.InvariantCulture) != lines[1])
        {
            return null;
        }

        Span<byte> root = stackalloc byte[MerkleTree.HashLength];
        return Convert.TryFromBase64String(lines[2], root, out var written) && written == root.Length && Convert.ToBase64String(root) == lines[2]
            ? new Checkpoint(lines[0], size, root.ToArray())
            : null;
    }

    /// <summary>Reads a checkpoint of the log whose key this is; null where it is none, and why is then among the problems.</summary>
    /// <param name="what">How the sentence names the note.</param>
    internal static Checkpoint? Open(string note, string verifierKey, string what, List<string> problems)
    {
        if (SignedNote.Verify(note, verifierKey) is not { } text)
        {
            problems.Add($"{what} is not signed by {Printable.Value(verifierKey)}.");
            return null;
        }

        if (Parse(text) is not { } checkpoint)
        {
            problems.Add($"{what} is signed, and is no checkpoint of a log.");
            return null;
        }

        // One key may sign for two logs: each has its own name.
        if (checkpoint.Origin != verifierKey.Split('+')[0])
        {
            problems.Add($"{what} is of another log, “{Printable.Value(checkpoint.Origin)}”.");
            return null;
        }

        return checkpoint;
    }
}

/// <summary>A checkpoint as it is stored.</summary>
/// <param name="Note">The signed note: text, empty line, signatures.</param>
public sealed record StoredCheckpoint(long Size, DateTime Time, string Note);

/// <summary>A tile as it is stored: up to 256 hashes, one after the other.</summary>
public sealed record LogTile(int Level, long Number, byte[] Hashes);

/// <summary>Which entry of the log is a member's first, second and so on.</summary>
/// <param name="Number">From 1, without gaps for each member.</param>
public sealed record LogMember(MemberId MemberId, long Number, long LogIndex);
