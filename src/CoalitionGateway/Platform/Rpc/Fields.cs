using CoalitionGateway.Platform.Keys;
using System.Text.RegularExpressions;
using CoalitionGateway.Ledger;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>One or more request fields are missing or malformed; all of them are named.</summary>
internal sealed class InvalidFieldsException(IReadOnlyList<(string Field, string Problem)> violations)
    : Exception(string.Join(" ", violations.Select(violation => $"{violation.Field}: {violation.Problem}")))
{
    public IReadOnlyList<(string Field, string Problem)> Violations { get; } = violations;
}

/// <summary>
/// Reads request fields and collects what is wrong with them. Each reader gives a value to go on with;
/// <see cref="Check"/> then refuses all faults at once.
/// </summary>
internal sealed partial class Fields
{
    /// <summary>How far ahead of the gateway's clock a time may be at which something has happened: clocks of tills are bad.</summary>
    public static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(5);

    private static readonly DateTime _earliest = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly List<(string Field, string Problem)> _violations = [];

    /// <exception cref="InvalidFieldsException">Something that was read is missing or malformed.</exception>
    public void Check()
    {
        if (_violations.Count > 0)
        {
            throw new InvalidFieldsException(_violations);
        }
    }

    public void Add(string field, string problem) => _violations.Add((field, problem));

    /// <summary>A value that is there if a condition holds.</summary>
    public T Require<T>(T value, bool holds, string field, string problem)
    {
        if (!holds)
        {
            Add(field, problem);
        }

        return value;
    }

    public Guid RequestId(string text) => Uuid(text, "request_id");

    /// <summary>A UUID in its canonical form (RFC 9562, section 4), not the nil UUID.</summary>
    public Guid Uuid(string text, string field)
    {
        if (Guid.TryParseExact(text, "D", out var id) && id != Guid.Empty)
        {
            return id;
        }

        Add(field, text.Length == 0 ? "is missing; send a UUID." : "is not a UUID such as 018f6e1c-7c9a-7d31-9b0a-2f6f0c1d2e3f.");
        return Guid.Empty;
    }

    public PartnerId Partner(string text, string field) => new(Slug(text, field));

    public ProgrammeId Programme(string text, string field) => new(Slug(text, field));

    public string MembershipNumber(string text, string field = "membership_number") => Require(
        text, MembershipNumberForm().IsMatch(text), field, "must be 1 to 40 letters, digits, '-', '_' or '.'.");

    public string Reference(string text, string field) => Require(
        text, ReferenceForm().IsMatch(text), field, "must be 1 to 64 printable ASCII characters, the first and the last no space.");

    public string DisplayName(string text, string field) => Require(
        text, Texts.Length(text) <= 100 && text.Trim().Length > 0 && !text.Any(char.IsControl), field, "must be 1 to 100 characters, not all blank, none a control character.");

    /// <summary>An optional text; empty counts as absent. Its length counts in Unicode code points.</summary>
    public string? Optional(string text, string field, int longest, Regex? form, string remedy)
    {
        if (text.Length == 0)
        {
            return null;
        }

        return Require(text, Texts.Length(text) <= longest && !text.Any(char.IsControl) && form?.IsMatch(text) != false, field, remedy);
    }

    /// <summary>A one-time code, which may be left out.</summary>
    public void Code(string code, string field) =>
        Require(code, code.Length is 0 or OneTimeCodes.Length, field, $"must be the {OneTimeCodes.Length} characters that the guardian's app shows, or empty.");

    /// <summary>
    /// An amount that is paid: more than zero, at most <see cref="Money.MaxMicros"/>, in an ISO 4217 currency, and not
    /// finer than its minor unit.
    /// </summary>
    public Money Amount(V1.Money? money, string field)
    {
        var read = UnitValue(money, field);
        if (money is { Micros: > 0 and <= Money.MaxMicros } && Currencies.MinorUnitMicros(money.CurrencyCode) is { } unit && money.Micros % unit != 0)
        {
            var lower = money.Micros / unit * unit;
            Add(
                $"{field}.micros", $"is finer than the minor unit of {money.CurrencyCode}, {unit} micros; "
                + (lower > 0 ? $"{lower} or {lower + unit} would go." : $"{lower + unit} would go."));
        }

        return read;
    }

    /// <summary>What one unit is worth, as fine as micros are: more than zero, in an ISO 4217 currency.</summary>
    public Money UnitValue(V1.Money? money, string field)
    {
        if (money is null)
        {
            Add(field, "is missing.");
            return default;
        }

        if (!Currencies.Has(money.CurrencyCode))
        {
            var near = Currencies.Near(money.CurrencyCode);
            Add(
                $"{field}.currency_code", "must be the code of an ISO 4217 currency, "
                + (near.Count > 0 ? $"as {string.Join(" or ", near.Take(3))}." : "as GBP."));
        }

        Require(money, money.Micros > 0, $"{field}.micros", "must be more than 0; a return is recorded with RecordReturn or ReversePurchase.");
        Require(money, money.Micros <= Money.MaxMicros, $"{field}.micros", $"must be at most {Money.MaxMicros}.");
        return new Money(money.CurrencyCode, money.Micros);
    }

    public long Positive(long points, string field) => Require(points, points > 0, field, "must be more than 0.");

    public long Between(long value, long least, long most, string field) =>
        Require(value, value >= least && value <= most, field, $"must be {least} to {most}.");

    /// <summary>A time from the year 2000 to <see cref="MostAhead"/> from now, to the microsecond.</summary>
    public DateTime Time(Timestamp? time, DateTimeOffset now, string field)
    {
        // Timestamp.ToDateTime throws for what is out of its own range, so the range is looked at first.
        if (time is null)
        {
            Add(field, "is missing.");
            return default;
        }

        if (time.Nanos is < 0 or > 999_999_999 || time.Seconds < new DateTimeOffset(_earliest).ToUnixTimeSeconds())
        {
            Add(field, "must be a valid time from 2000-01-01 on.");
            return default;
        }

        if (time.Seconds > (now + MostAhead).ToUnixTimeSeconds())
        {
            Add(field, $"is in the future; the gateway's clock says {now:yyyy-MM-ddTHH:mm:ssZ}, and {now + MostAhead:yyyy-MM-ddTHH:mm:ssZ} would go.");
            return default;
        }

        return Clock.Truncate(new DateTimeOffset(time.ToDateTime(), TimeSpan.Zero));
    }

    /// <summary>A time of the years 2000 to 9999, to the microsecond; null where none was sent.</summary>
    public DateTime? OptionalTime(Timestamp? time, string field) => time is null ? null : Time(time, DateTimeOffset.MaxValue.AddHours(-1), field);

    public TEnum Enum<TEnum>(int number, string field)
        where TEnum : struct, System.Enum => Require(
            (TEnum)System.Enum.ToObject(typeof(TEnum), number), System.Enum.IsDefined(typeof(TEnum), System.Enum.ToObject(typeof(TEnum), number)),
            field, $"must be one of {Names(System.Enum.GetValues<TEnum>())}.");

    /// <summary>Values of a ledger's enum by the names that the contract has for them.</summary>
    public static string Names<TEnum>(IEnumerable<TEnum> values)
        where TEnum : struct, System.Enum => string.Join(", ", values.Select(value => $"{UpperSnake(typeof(TEnum).Name)}_{UpperSnake(value.ToString())}"));

    private static string UpperSnake(string name) =>
        string.Concat(name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : char.ToUpperInvariant(letter).ToString()));

    /// <summary>Whether a text has the form of a partner's or programme's id.</summary>
    public static bool IsId(string text) => SlugForm().IsMatch(text);

    /// <summary>Whether a text has the form of a membership number.</summary>
    public static bool IsMembershipNumber(string text) => MembershipNumberForm().IsMatch(text);

    private string Slug(string text, string field) => Require(
        text, SlugForm().IsMatch(text), field, "must be an id of 3 to 40 characters: a-z, 0-9 and '-', beginning with a letter.");

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{2,39}\z")]
    private static partial Regex SlugForm();

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,40}\z")]
    private static partial Regex MembershipNumberForm();

    [GeneratedRegex(@"\A[!-~]([ -~]{0,62}[!-~])?\z")]
    private static partial Regex ReferenceForm();
}
