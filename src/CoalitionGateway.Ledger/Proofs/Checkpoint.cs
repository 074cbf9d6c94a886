using System.Globalization;

namespace CoalitionGateway.Ledger.Proofs;

/// <summary>
/// The state of the log at one time: its name, size and root, as a signed note (c2sp.org/tlog-checkpoint). A kept
/// checkpoint later shows whether any entry before it was changed.
/// </summary>
/// <param name="Origin">The log's name.</param>
/// <param name="Size">The number of entries.</param>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    /// <summary>The text that is signed.</summary>
    public string Text => $"{Origin}\n{Size.ToString(CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(Root)}\n";

    /// <summary>Reads a checkpoint's text; null if the text is not a checkpoint.</summary>
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

    /// <summary>Reads a checkpoint of the log with this key. On failure returns null and adds to the problems.</summary>
    /// <param name="what">The name of the note in messages.</param>
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

        // One key may sign for two logs, so the log's name is checked too.
        if (checkpoint.Origin != verifierKey.Split('+')[0])
        {
            problems.Add($"{what} is of another log, “{Printable.Value(checkpoint.Origin)}”.");
            return null;
        }

        return checkpoint;
    }
}

/// <summary>A stored checkpoint.</summary>
/// <param name="Note">The signed note: text, empty line, signatures.</param>
public sealed record StoredCheckpoint(long Size, DateTime Time, string Note);

/// <summary>A stored tile: up to 256 hashes, one after the other.</summary>
public sealed record LogTile(int Level, long Number, byte[] Hashes);

/// <summary>The place in the log of one of a member's entries.</summary>
/// <param name="Number">The entry's number among the member's entries, from 1 without gaps.</param>
public sealed record LogMember(MemberId MemberId, long Number, long LogIndex);
