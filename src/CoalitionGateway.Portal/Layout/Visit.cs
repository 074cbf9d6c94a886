using System.Globalization;
using CoalitionGateway.Client;
using CoalitionGateway.Portal.Words;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NodaTime;
using NodaTime.Extensions;

namespace CoalitionGateway.Portal.Layout;

/// <summary>One request of a signed-in member: the gateway to call in the member's name, the member's language, and the form.</summary>
public sealed class Visit(IHttpContextAccessor accessor, CoalitionClient gateway, CoalitionNames names, PortalOptions options, TimeProvider clock)
{
    private PortalWords? _words;

    public HttpContext Http => accessor.HttpContext!;

    public CoalitionClient Gateway => gateway;

    public PortalOptions Options => options;

    public PortalWords Words => _words ??= PortalWords.Of(Http);

    public CancellationToken Cancel => Http.RequestAborted;

    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Whether the page is for a member who is signed in.</summary>
    public bool IsSignedIn => Http.User.Identity?.IsAuthenticated == true;

    /// <summary>What a change did, as the page before said in its address.</summary>
    public string Done => Query("done");

    /// <summary>The id of the form's request: made with the form, so that sending the form twice has one effect.</summary>
    public string RequestId => Guid.TryParse(Form("request_id"), out var id) && id != Guid.Empty ? id.ToString() : RequestIds.New();

    public string Form(string field) => Http.Request.HasFormContentType ? Http.Request.Form[field].ToString().Trim() : "";

    public string Query(string field) => Http.Request.Query[field].ToString().Trim();

    /// <summary>The names of programmes and brands.</summary>
    public Task<Names> Names() => names.Get(gateway, Cancel);

    /// <summary>
    /// Makes a change. A refusal that the member can do something about is the problem to show; other failures end the request:
    /// see <see cref="Failures"/>.
    /// </summary>
    public async Task<Problem?> Try(Func<Task> change)
    {
        try
        {
            await change();
            return null;
        }
        catch (RpcException failed) when (failed.StatusCode != StatusCode.Unauthenticated && GatewayRefusal.From(failed) is { MayPass: false } refusal)
        {
            return Problem.Of(refusal, Words);
        }
    }

    /// <summary>Goes to a page of the portal after a change, so that loading it again repeats nothing.</summary>
    public static IResult Go(string path) => Results.Redirect(path, permanent: false, preserveMethod: false);

    /// <summary>A number as a member types it: with blanks, or with the separators of any of the languages.</summary>
    public static long? Number(string text)
    {
        var digits = string.Concat(text.Where(letter => !char.IsWhiteSpace(letter) && letter is not (',' or '.' or '\u00a0' or '\u202f')));
        return digits.Length is > 0 and <= 18 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

/// <summary>What stands in the way of a change, in words for the member.</summary>
/// <param name="Field">The form's field that it is about; empty: the whole form.</param>
/// <param name="Language">The language of the text, if it is not the page's.</param>
public sealed record Problem(string Field, string Text, string? Language = null)
{
    public static Problem Of(GatewayRefusal refusal, PortalWords words) =>
        words.Refusal(refusal) is { } known
            ? new Problem(FieldOf(refusal), known)
            : new Problem(FieldOf(refusal), refusal.Fields is [var only] ? only.Problem : refusal.Message, words.Language.Code == "en" ? null : "en");

    private static string FieldOf(GatewayRefusal refusal) => refusal.Fields.Count > 0 ? refusal.Fields[0].Field : "";
}

/// <summary>A member of the coalition, a programme and a brand by their names.</summary>
public sealed class Names(IReadOnlyList<Programme> programmes, IReadOnlyList<ListedPartner> partners)
{
    private readonly Dictionary<string, Programme> _programmes = programmes.ToDictionary(one => one.ProgrammeId, StringComparer.Ordinal);
    private readonly Dictionary<string, ListedPartner> _partners = partners.ToDictionary(one => one.Partner.PartnerId, StringComparer.Ordinal);

    public IReadOnlyList<Programme> Programmes => programmes;

    public IReadOnlyList<ListedPartner> Partners => partners;

    /// <summary>The programme's name; its id if it is new.</summary>
    public string Programme(string id) => _programmes.TryGetValue(id, out var found) ? found.DisplayName : id;

    /// <summary>The brand's name; its id if it is new.</summary>
    public string Partner(string id) => _partners.TryGetValue(id, out var found) ? found.Partner.DisplayName : id;

    /// <summary>The time zone of a programme; UTC if it is unknown.</summary>
    public DateTimeZone Zone(string programmeId) => _programmes.TryGetValue(programmeId, out var found) ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(found.TimeZone) ?? DateTimeZone.Utc : DateTimeZone.Utc;

    /// <summary>The day on which a time is, in the programme's time zone.</summary>
    public LocalDate Day(Timestamp time, string programmeId) => time.ToDateTimeOffset().ToInstant().InZone(Zone(programmeId)).Date;

    /// <summary>The last day of what ends at a time, in the programme's time zone.</summary>
    public LocalDate LastDay(Timestamp end, string programmeId) => (end.ToDateTimeOffset().ToInstant() - NodaTime.Duration.Epsilon).InZone(Zone(programmeId)).Date;
}

/// <summary>Remembers the names of programmes and brands for a minute: they are the same for all members.</summary>
public sealed class CoalitionNames(TimeProvider clock)
{
    private static readonly TimeSpan _lasts = TimeSpan.FromMinutes(1);
    private (Names Names, DateTimeOffset Ends)? _known;

    public async Task<Names> Get(CoalitionClient gateway, CancellationToken cancellation)
    {
        if (_known is { } known && known.Ends > clock.GetUtcNow())
        {
            return known.Names;
        }

        var programmes = Pages.Of(new ListProgrammesRequest { PageSize = 200 }, gateway.Programmes.ListProgrammesAsync, page => page.Programmes, cancellation);
        var partners = Pages.Of(new ListPartnersRequest { PageSize = 200 }, gateway.Programmes.ListPartnersAsync, page => page.Partners, cancellation);
        var names = new Names(await programmes.ToListAsync(cancellation), await partners.ToListAsync(cancellation));
        _known = (names, clock.GetUtcNow() + _lasts);
        return names;
    }
}
