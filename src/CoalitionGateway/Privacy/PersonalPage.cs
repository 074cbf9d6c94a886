using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace CoalitionGateway.Privacy;

/// <summary>Writes a member's data as a readable page: one file, without scripts or external resources.</summary>
internal static partial class PersonalPage
{
    private const string _style =
        """
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
        h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid #bbb }
        table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #e2e2e2 }
        .number { text-align: right; font-variant-numeric: tabular-nums } footer { margin-top: 3rem; color: #555; font-size: .9rem }
        """;

    public static async IAsyncEnumerable<string> Write(
        PersonalRecord record, AuditRead made, NoticesInForce notices, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return $"<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Your data</title><style>{_style}</style></head>\n<body>\n<h1>What the coalition holds about you</h1>\n";
        yield return $"<p>Made on {Time(made.Time)} for {Text(made.Header.Actor.ToString())}. You have the right to have it corrected, erased or restricted, to object, and to complain to your data protection authority (GDPR Art. 15 to 21, 77).</p>\n";
        if (record.Restriction is { } restriction)
        {
            yield return $"<p>Since {Time(restriction.StartTime)} the processing of your data is restricted: none of it goes to any partner.</p>\n";
        }

        if (record.SharingRefusal is { } refusal)
        {
            yield return $"<p>On {Time(refusal.RefuseTime)} you refused all sharing: only what you consented to after that is shared.</p>\n";
        }

        foreach (var (title, heads, rows) in Tables(record, made, notices))
        {
            await foreach (var piece in Table(title, heads, rows, cancellation))
            {
                yield return piece;
            }
        }

        yield return $"<footer>Event {made.Id} records that this page was made for {Text(made.Header.Actor.ToString())}. Coalition id {record.MemberId}.</footer>\n</body>\n</html>\n";
    }

    private static IEnumerable<(string Title, string[] Heads, IAsyncEnumerable<Cell[]> Rows)> Tables(PersonalRecord record, AuditRead made, NoticesInForce notices) =>
    [
        ("What you told", ["", ""], Profile(record).Select(row => new Cell[] { row.Name, row.Value }).ToAsyncEnumerable()),
        ("Your programmes", ["Programme", "Number", "Since"], record.Numbers.Select(row => new Cell[] { row.ProgrammeId.Value, row.Number, Time(row.EnrollTime) }).ToAsyncEnumerable()),
        ("Your points", ["Programme", "Available", "Pending", "Reserved", "Owed"], record.Balances.Select(row => row.Holdings).Select(row => new Cell[] { row.ProgrammeId.Value, row.AvailablePoints, row.PendingPoints, row.ReservedPoints, row.OwedPoints }).ToAsyncEnumerable()),
        ("Your pools", ["Pool", "Programme", "Your share"], record.Pools.Select(row => new Cell[]
        {
            row.Pool.Id.ToString(), row.Pool.ProgrammeId.Value, row.Participants.First(part => part.Participant.MembershipId == row.Caller.Id).Share.Points,
        })),
        ("Who received your data", ["Partner", "Purpose", "What", "When"], record.Disclosures.Where(row => row.Released.Count > 0).Select(row => new Cell[]
        {
            record.PartnerNames[row.PartnerId], Words(row.Purpose), string.Join(", ", row.Released), Time(row.Time),
        })),
        ("Who asked and received nothing", ["Partner", "Purpose", "Why not", "When"], record.Disclosures.Where(row => row.Released.Count == 0).Select(row => new Cell[]
        {
            record.PartnerNames[row.PartnerId], Words(row.Purpose), Words(row.Basis), Time(row.Time),
        })),
        ("Your consents", ["Partner", "Purpose", "Categories", "State", "Notice"], record.Consents.Select(row => new Cell[]
        {
            record.PartnerNames[row.PartnerId], Words(row.Purpose), string.Join(", ", row.CategoryList.Select(category => Words(category))), Words(notices.StateOf(row, made.Time)!), $"{row.NoticeVersion} ({row.NoticeLanguage})",
        }).ToAsyncEnumerable()),
        ("Where your purchases earn", ["Brand", "Programme"], record.Choices.Select(row => new Cell[] { record.PartnerNames[row.PartnerId], row.ProgrammeId.Value }).ToAsyncEnumerable()),
        ("How you sign in", ["Passkey", "Made"], record.Passkeys.Select(row => new Cell[] { row.Name, Time(row.CreateTime) }).ToAsyncEnumerable()),
        ("What you bought and returned", ["When", "What", "Brand", "Reference", "Amount"], record.Spending.Select(row => new Cell[]
        {
            Time(row.Time), Words(row.Event.Kind), record.PartnerNames[row.PartnerId], row.Reference,
            row.Amount is { } amount ? string.Create(CultureInfo.InvariantCulture, $"{amount.Micros / 1e6m:0.00####} {amount.CurrencyCode}") : "",
        })),
        ("How your points moved", ["When", "What", "Programme", "Points", "Pooled", "Owed"], record.Movements.Select(row => new Cell[]
        {
            Time(row.Event.Time), Words(row.Event.Kind), row.ProgrammeId.Value, row.Points, row.PooledPoints, row.OwedPoints,
        })),
        ("What you asked for and was refused", ["When", "What", "Why"], record.Refused.Select(row => new Cell[]
        {
            Time(row.Time), row.Method, Refusal.Decode(row.Refusal!).Message,
        })),
        ("All that happened", ["Number", "When", "What", "By"], record.Events.Select(row => new Cell[]
        {
            row.Entry.MemberNumber, Time(row.Event.Time), Words(row.Event.Kind), By(record, row.Event),
        })),
    ];

    private static IEnumerable<(string Name, string Value)> Profile(PersonalRecord record) => record.Profile is not { } profile ? [] : new[]
    {
        ("Name", profile.DisplayName), ("Born", profile.BirthDate), ("E-mail", profile.Email), ("Telephone", profile.PhoneNumber), ("Postal code", profile.PostalCode), ("Country", profile.CountryCode),
    }.Where(row => row.Item2 is not null).Select(row => (row.Item1, row.Item2!));

    /// <summary>Names the actor of an event. Other members are never named.</summary>
    private static string By(PersonalRecord record, Event made) => made.Header.Actor switch
    {
        { Kind: CallerKind.Member, Id: var id } => id == record.MemberId.ToString() ? "you" : "another member",
        { Kind: CallerKind.Partner, Id: var id } => record.PartnerNames.GetValueOrDefault(new PartnerId(id), id),
        { Kind: CallerKind.Gateway } => "the gateway",
        var actor => actor.ToString(),
    };

    private static async IAsyncEnumerable<string> Table(
        string title, string[] heads, IAsyncEnumerable<Cell[]> rows, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return $"<h2>{title}</h2>\n";
        var isEmpty = true;
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (isEmpty)
            {
                yield return $"<table>\n<thead><tr>{string.Concat(heads.Select((head, i) => $"<th scope=\"col\"{row[i].Class}>{head}</th>"))}</tr></thead>\n<tbody>\n";
                isEmpty = false;
            }

            yield return $"<tr>{string.Concat(row.Select(cell => $"<td{cell.Class}>{cell.Html}</td>"))}</tr>\n";
        }

        yield return isEmpty ? "<p>Nothing.</p>\n" : "</tbody>\n</table>\n";
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>"PurchaseRecorded" as "Purchase recorded".</summary>
    private static string Words(object value) => Hump().Replace($"{value}", match => $" {char.ToLowerInvariant(match.Value[0])}");

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Hump();

    /// <summary>A cell of a table, ready for the page.</summary>
    private readonly record struct Cell(string Html, string Class)
    {
        public static implicit operator Cell(string text) => new(Text(text), "");

        public static implicit operator Cell(long number) => new(number.ToString("#,0", CultureInfo.InvariantCulture), " class=\"number\"");
    }
}
