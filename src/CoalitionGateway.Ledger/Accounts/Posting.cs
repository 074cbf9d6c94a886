using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Accounts;

/// <summary>Entries within one programme that add up to zero.</summary>
public sealed record Posting(ProgrammeId ProgrammeId, IReadOnlyList<PostingLine> Lines)
{
    /// <summary>Makes a posting of the lines that move points. Null if all lines have 0 points.</summary>
    public static Posting? Of(ProgrammeId programme, params IEnumerable<PostingLine> lines)
    {
        var moving = lines.Where(line => line.AmountPoints != 0).ToArray();
        return moving.Length == 0 ? null : new Posting(programme, moving);
    }

    /// <exception cref="InvalidOperationException">The lines do not add up to zero, or one is of another programme.</exception>
    public void Check()
    {
        if (Lines.Sum(line => line.AmountPoints) != 0)
        {
            throw new InvalidOperationException($"A posting in {ProgrammeId} does not balance.");
        }

        if (Lines.Any(line => line.Account.ProgrammeId != ProgrammeId))
        {
            throw new InvalidOperationException($"A posting in {ProgrammeId} names another programme's account.");
        }
    }

    internal void Encode(CanonicalWriter writer) => writer
        .Text(ProgrammeId.Value)
        .List(Lines, static (w, line) => w.Byte((byte)line.Account.Kind).Text(line.Account.Holder).Number(line.AmountPoints));

    internal static Posting Decode(CanonicalReader reader)
    {
        var programme = new ProgrammeId(reader.Text());
        return new Posting(programme, reader.List(r =>
            new PostingLine(new AccountRef(r.ByteValue<AccountKind>(), programme, r.Text()), r.Number())));
    }
}

/// <summary>Points added to an account, or taken from it if negative.</summary>
public readonly record struct PostingLine(AccountRef Account, long AmountPoints);
