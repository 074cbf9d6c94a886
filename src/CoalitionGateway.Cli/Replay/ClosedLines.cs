using System.Text;

namespace CoalitionGateway.Cli.Replay;

/// <summary>
/// The lines of a CSV file, without those that open a quote and do not close it: one such line would swallow all that
/// follow. Each is left out, an empty line in its place, so that the others keep their numbers.
/// </summary>
internal sealed class ClosedLines(StreamReader content) : TextReader
{
    private readonly List<int> _unclosed = [];
    private string _line = "";
    private int _position;
    private int _number;

    /// <summary>The numbers of the lines that were left out so far, from 1.</summary>
    public IReadOnlyList<int> Unclosed => _unclosed;

    public override int Peek() => Fill() ? _line[_position] : -1;

    public override int Read() => Fill() ? _line[_position++] : -1;

    public override int Read(char[] buffer, int index, int count)
    {
        if (!Fill())
        {
            return 0;
        }

        var taken = Math.Min(count, _line.Length - _position);
        _line.CopyTo(_position, buffer, index, taken);
        _position += taken;
        return taken;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool Fill()
    {
        if (_position < _line.Length)
        {
            return true;
        }

        if (NextLine() is not { } line)
        {
            return false;
        }

        _number++;
        var isClosed = line.Count(letter => letter == '"') % 2 == 0;
        if (!isClosed)
        {
            _unclosed.Add(_number);
        }

        (_line, _position) = (isClosed ? line : "\n", 0);
        return true;
    }

    /// <summary>A line with its end, or the rest of the content; null after it.</summary>
    private string? NextLine()
    {
        var line = new StringBuilder();
        int letter;
        while ((letter = content.Read()) >= 0)
        {
            line.Append((char)letter);
            if (letter == '\n')
            {
                break;
            }
        }

        return line.Length == 0 ? null : line.ToString();
    }
}
