using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using CsvHelper;
using CsvHelper.Configuration;

namespace CoalitionGateway.Cli.Replay;

/// <summary>One row of a purchase file, in <see cref="PurchaseFile.CurrencyCode"/>. A negative amount is a refund.</summary>
internal sealed record PurchaseRow(string Id, string Brand, string Card, DateTime Date, long Micros);

/// <summary>A row, or what is wrong with it.</summary>
internal sealed record ReadRow(int Line, PurchaseRow? Row, string? Problem);

/// <summary>
/// Reads purchase files, .csv or .csv.gz, with at least the columns id, trans_date, card, brand and amount. What counts
/// is in pounds: the amount where currency is empty or GBP, otherwise billed_amount, which must be in GBP.
/// </summary>
internal sealed class PurchaseFile : IDisposable
{
    /// <summary>The currency of every amount that counts.</summary>
    public const string CurrencyCode = "GBP";

    private static readonly string[] _columns = ["id", "trans_date", "card", "brand", "amount"];
    private readonly FileStream _file;
    private readonly ClosedLines _lines;
    private readonly CsvReader _csv;
    private readonly Dictionary<(string Brand, string Id), int> _seen = [];

    /// <exception cref="CommandFailedException">The file is not there, not whole, or has not the columns.</exception>
    public PurchaseFile(string path)
    {
        try
        {
            var isCompressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
            if (isCompressed)
            {
                CheckIsWhole(path);
            }

            _file = File.OpenRead(path);
            var content = isCompressed ? new GZipStream(_file, CompressionMode.Decompress) : (Stream)_file;
            _lines = new ClosedLines(new StreamReader(content));
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

        if (_columns.Except(_csv.HeaderRecord!).ToArray() is { Length: > 0 } missing)
        {
            throw new CommandFailedException($"{path} lacks the columns {string.Join(", ", missing)}.");
        }
    }

    /// <summary>How much of the file has been read, 0 to 1.</summary>
    public double Progress => _file.Length == 0 ? 1 : (double)_file.Position / _file.Length;

    public IEnumerable<ReadRow> Rows()
    {
        while (_csv.Read())
        {
            yield return Row(_csv.Parser.RawRow);
        }

        foreach (var line in _lines.Unclosed)
        {
            yield return new ReadRow(line, null, "a quote is not closed on its line");
        }
    }

    public void Dispose()
    {
        _csv.Dispose();
        _file.Dispose();
    }

    /// <summary>
    /// A gzip file that was cut short ends like a whole one, but for the length in its last four bytes (RFC 1952,
    /// section 2.3.1). Looked at before the first row, so that nothing is half done.
    /// </summary>
    private static void CheckIsWhole(string path)
    {
        using var file = File.OpenRead(path);
        using var content = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        var buffer = new byte[64 * 1024];
        uint read = 0;
        for (int count; (count = content.Read(buffer)) > 0;)
        {
            read = unchecked(read + (uint)count);
        }

        Span<byte> length = stackalloc byte[4];
        file.Seek(-length.Length, SeekOrigin.End);
        file.ReadExactly(length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(length) != read)
        {
            throw new InvalidDataException("it was cut short, its end is missing.");
        }
    }

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

        if (brand.Length > 100 || brand.Any(char.IsControl))
        {
            return new ReadRow(line, null, "brand is longer than 100 characters, or has a control character");
        }

        if (!_seen.TryAdd((brand, id), line))
        {
            return new ReadRow(line, null, $"id {id} is there already, in line {_seen[(brand, id)]}");
        }

        if (!DateTime.TryParseExact(Field("trans_date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date))
        {
            return new ReadRow(line, null, $"trans_date '{Field("trans_date")}' is not YYYY-MM-DD");
        }

        var (currency, billedCurrency) = (Field("currency"), Field("billed_currency"));
        if (currency.Length > 0 && !Currencies.Has(currency))
        {
            return new ReadRow(line, null, $"currency '{currency}' is no ISO 4217 code");
        }

        var isForeign = currency.Length > 0 && currency != CurrencyCode;
        if (billedCurrency != CurrencyCode && (isForeign || billedCurrency.Length > 0))
        {
            return new ReadRow(line, null, $"currency '{currency}' and billed_currency '{billedCurrency}': it was not billed in {CurrencyCode}");
        }

        var text = Field(isForeign ? "billed_amount" : "amount");
        if (Micros(text) is not { } micros)
        {
            return new ReadRow(line, null, $"{(isForeign ? "billed_amount" : "amount")} '{text}' is no amount of money, or is 0");
        }

        return new ReadRow(line, new PurchaseRow(id, brand, card, date, micros), null);
    }

    private static long? Micros(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
        && amount != 0 && Math.Abs(amount) <= 1_000_000_000 && amount * 1_000_000 % 1 == 0
            ? (long)(amount * 1_000_000)
            : null;

    private string Field(string column) => _csv.TryGetField<string>(column, out var value) ? value?.Trim() ?? "" : "";
}
