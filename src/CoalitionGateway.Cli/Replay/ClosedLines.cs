using System.Text;

namespace CoalitionGateway.Cli.Replay;

/// <summary>
/// The lines of a CSV file. A line with an unclosed quote would swallow all lines after it, and a line that is too long
/// could fill the memory. Both are replaced by an empty line, so that the other lines keep their numbers.
/// </summary>
/// <param name="content">The file's text.</param>
/// <param name="longest">The largest number of characters in a line.</param>
internal sealed class ClosedLines(StreamReader content, int longest) : TextReader
{
    private readonly List<(int Line, string Problem)> _leftOut = [];
    private readonly StringBuilder _read = new();
    private string _line = "";
    private int _position;
    private int _number;

    /// <summary>The lines that were left out so far, counted from 1, each with the reason.</summary>
    public IReadOnlyList<(int Line, string Problem)> LeftOut => _leftOut;

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
        var problem = line.Length > longest ? $"the line is longer than {longest} characters"
            : line.Count(letter => letter == '"') % 2 != 0 ? "a quote is not closed on its line"
            : null;
        if (problem is not null)
        {
            _leftOut.Add((_number, problem));
        }

        (_line, _position) = (problem is null ? line : "\n", 0);
        return true;
    }

    /// <summary>The next line with its line end, or null at the end of the content. A line that is too long is cut.</summary>
    private string? NextLine()
    {
        _read.Clear();
        int letter;
        while ((letter = content.Read()) >= 0)
        {
            if (_read.Length <= longest)
            {
                _read.Append((char)letter);
            }

            if (letter == '\n')
            {
                break;
            }
        }

        return _read.Length == 0 ? null : _read.ToString();
    }
}
