using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace CoalitionGateway.Cli.Replay;

/// <summary>One row of a purchase file, in <see cref="PurchaseFile.CurrencyCode"/>. A negative amount is a refund.</summary>
/// <param name="Time">In UTC.</param>
/// <param name="Details">Null: the row tells nothing beside the amount.</param>
internal sealed record PurchaseRow(string Id, string Brand, string Card, DateTime Time, long Micros, RowDetails? Details);

/// <summary>A row, or the problem with it.</summary>
internal sealed record ReadRow(int Line, PurchaseRow? Row, string? Problem);

/// <summary>
/// Reads purchase files, .csv or .csv.gz, with at least the columns id, trans_date, card, brand and amount. Amounts are
/// in pounds: the column amount if currency is empty or GBP, otherwise billed_amount, which must be in GBP. The columns
/// time, product, category, quantity and channel may be there too: see <see cref="RowTime"/> and <see cref="RowDetails"/>.
/// Memory is bounded by the number of lines, the length of a line and the decompressed size.
/// </summary>
internal sealed class PurchaseFile : IDisposable
{
    /// <summary>The currency of every amount that counts.</summary>
    public const string CurrencyCode = "GBP";

    /// <summary>The largest number of lines in a file.</summary>
    public const int MaxLines = 2_000_000;

    /// <summary>The largest number of characters in a line. A longer line is refused alone.</summary>
    public const int MaxLineLength = 16 * 1024;

    /// <summary>The largest size of a file, decompressed, in bytes.</summary>
    public const long MaxBytes = 1L << 30;

    private static readonly string _tooManyLines = string.Create(CultureInfo.InvariantCulture, $"it has more than {MaxLines:#,0} lines. Split it: rows keep their ids, so that none counts twice.");
    private const int _longestText = 100;
    private const int _shownLetters = 60;
    private const string _date = "trans_date";
    private static readonly string[] _columns = ["id", _date, "card", "brand", "amount"];
    private readonly FileStream _file;
    private readonly ClosedLines _lines;
    private readonly CsvReader _csv;

    // A hash of each row's brand and id, with the row's line: 36 bytes a row instead of two strings.
    private readonly Dictionary<UInt128, int> _seen = [];

    /// <exception cref="CommandFailedException">The file is missing or incomplete, or lacks a column.</exception>
    public PurchaseFile(string path)
    {
        try
        {
            var isCompressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
            _file = File.OpenRead(path);
            if (_file.CanSeek)
            {
                Check(path, isCompressed);
            }

            var content = isCompressed ? new GZipStream(_file, CompressionMode.Decompress) : (Stream)_file;
            _lines = new ClosedLines(new StreamReader(content), MaxLineLength);
            _csv = new CsvReader(_lines, new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                BadDataFound = null,
                MissingFieldFound = null,
                HeaderValidated = null,
            });
            if (!_csv.Read() || !_csv.ReadHeader())
            {
                throw new CommandFailedException($"{path} is empty; its first line must name the columns.");
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandFailedException($"{path} cannot be read: {unreadable.Message}", unreadable);
        }

        var needed = _csv.HeaderRecord!.Contains("time") ? _columns.Where(column => column != _date) : _columns;
        if (needed.Except(_csv.HeaderRecord!).ToArray() is { Length: > 0 } missing)
        {
            throw new CommandFailedException($"{path} lacks the columns {string.Join(", ", missing)}.");
        }
    }

    /// <summary>The part of the file that has been read, 0 to 1.</summary>
    public double Progress => _file.Length == 0 ? 1 : (double)_file.Position / _file.Length;

    public IEnumerable<ReadRow> Rows()
    {
        while (_csv.Read())
        {
            // A stream that cannot seek is not checked in advance, so its lines are counted here.
            if (_csv.Parser.RawRow > MaxLines)
            {
                throw new CommandFailedException(_tooManyLines);
            }

            yield return Row(_csv.Parser.RawRow);
        }

        foreach (var (line, problem) in _lines.LeftOut)
        {
            yield return new ReadRow(line, null, problem);
        }
    }

    public void Dispose()
    {
        _csv.Dispose();
        _file.Dispose();
    }

    /// <summary>
    /// Checks the whole file before its first row is sent, so that no file is replayed by half. The file must be within
    /// the limits and complete. Decompression does not notice a gzip file that was cut short; only the length in its
    /// last four bytes shows it (RFC 1952, section 2.3.1).
    /// </summary>
    private static void Check(string path, bool isCompressed)
    {
        using var file = File.OpenRead(path);
        using var content = isCompressed ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : (Stream)file;
        var buffer = new byte[64 * 1024];
        var (read, lines) = (0L, 0L);
        for (int count; (count = content.Read(buffer)) > 0;)
        {
            read += count;
            lines += buffer.AsSpan(0, count).Count((byte)'\n');
            if (read > MaxBytes)
            {
                throw new InvalidDataException($"it is larger than {MaxBytes >> 20} MiB{(isCompressed ? " when it is decompressed" : "")}. Split it.");
            }

            if (lines > MaxLines)
            {
                throw new InvalidDataException(_tooManyLines);
            }
        }

        if (!isCompressed)
        {
            return;
        }

        Span<byte> length = stackalloc byte[4];
        file.Seek(-length.Length, SeekOrigin.End);
        file.ReadExactly(length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(length) != (uint)read)
        {
            throw new InvalidDataException("it was cut short, its end is missing.");
        }
    }

    /// <summary>Identifies a row: 128 bits of a hash of its brand and id. A brand has no control characters such as \0.</summary>
    private static UInt128 KeyOf(string brand, string id) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{brand}\0{id}")));

    private ReadRow Row(int line)
    {
        if (_csv.Parser.Count != _csv.HeaderRecord!.Length)
        {
            return new ReadRow(line, null, $"it has {_csv.Parser.Count} columns, and the first line names {_csv.HeaderRecord.Length}");
        }

        var (id, brand, card) = (Field("id"), Field("brand"), Field("card"));
        if (id.Length == 0 || brand.Length == 0 || card.Length == 0)
        {
            return new ReadRow(line, null, "id, brand or card is empty");
        }

        if (brand.Length > _longestText || brand.Any(char.IsControl))
        {
            return new ReadRow(line, null, $"brand is longer than {_longestText} characters, or has a control character");
        }

        if (id.Length > _longestText || card.Length > _longestText)
        {
            return new ReadRow(line, null, $"id or card is longer than {_longestText} characters");
        }

        var key = KeyOf(brand, id);
        if (!_seen.TryAdd(key, line))
        {
            return new ReadRow(line, null, $"id {id} is there already, in line {_seen[key]}");
        }

        var (time, noTime) = RowTime.Read(Field(_date), Field("time"));
        return noTime is null ? Row(line, new PurchaseRow(id, brand, card, time, 0, null)) : new ReadRow(line, null, noTime);
    }

    /// <summary>Reads the amount and the details of a row, beside what is known of it.</summary>
    private ReadRow Row(int line, PurchaseRow known)
    {
        var (currency, billedCurrency) = (Field("currency"), Field("billed_currency"));
        if (currency.Length > 0 && !Currencies.Has(currency))
        {
            return new ReadRow(line, null, $"currency '{Shown(currency)}' is no ISO 4217 code");
        }

        var isForeign = currency.Length > 0 && currency != CurrencyCode;
        if (billedCurrency != CurrencyCode && (isForeign || billedCurrency.Length > 0))
        {
            return new ReadRow(line, null, $"currency '{Shown(currency)}' and billed_currency '{Shown(billedCurrency)}': it was not billed in {CurrencyCode}");
        }

        var text = Field(isForeign ? "billed_amount" : "amount");
        if (Micros(text) is not { } micros)
        {
            return new ReadRow(line, null, $"{(isForeign ? "billed_amount" : "amount")} '{Shown(text)}' is no amount of money, or is 0");
        }

        var (details, problem) = RowDetails.Read(Field, isRefund: micros < 0);
        return new ReadRow(line, problem is null ? known with { Micros = micros, Details = details } : null, problem);
    }

    private static long? Micros(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
        && amount != 0 && Math.Abs(amount) <= 1_000_000_000 && amount * 1_000_000 % 1 == 0
            ? (long)(amount * 1_000_000)
            : null;

    /// <summary>A text of the file as messages show it.</summary>
    public static string Shown(string text) => text.Length <= _shownLetters ? text : $"{text[.._shownLetters]}…";

    private string Field(string column) => _csv.TryGetField<string>(column, out var value) ? value?.Trim() ?? "" : "";
}
