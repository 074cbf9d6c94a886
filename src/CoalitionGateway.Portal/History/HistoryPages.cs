using CoalitionGateway.Portal.Layout;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using System.Globalization;
using System.Text;

namespace CoalitionGateway.Portal.History;

/// <summary>What changed a member's points: one list over all programmes, each line in words.</summary>
internal static class HistoryPages
{
    private const int _linesOnAPage = 30;

    public static void Map(RouteGroupBuilder members)
    {
        members.MapGet("/history", Show);
        members.MapGet("/history/download", Download);
    }

    private static async Task<IResult> Show(Visit visit)
    {
        var names = await visit.Names();
        var own = (await visit.Gateway.Members.GetMemberAsync(new GetMemberRequest(), cancellationToken: visit.Cancel)).Memberships.Select(one => one.ProgrammeId).ToArray();
        var asked = own.Where(id => id == visit.Query("programme")).DefaultIfEmpty("").First();
        var kind = visit.Words.MovementKinds.Select(one => one.Kind).FirstOrDefault(one => one.ToString() == visit.Query("kind"));
        var until = DateTime.TryParseExact(visit.Query("until"), "o", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) && time is { Kind: DateTimeKind.Utc, Year: >= 2000 } ? Timestamp.FromDateTime(time) : null;

        // A page of each programme, merged. All lines of the last line's time are on this page: the next one begins before that time.
        var found = await Task.WhenAll((asked.Length > 0 ? [asked] : own).Select(async id =>
        {
            var lines = new List<(string ProgrammeId, PointsMovement Movement)>();
            var request = new ListMovementsRequest { ProgrammeId = id, Language = visit.Words.Language.Code, PageSize = _linesOnAPage + 1, UntilTime = until };
            if (kind != MovementKind.Unspecified)
            {
                request.Kinds.Add(kind);
            }

            do
            {
                var page = await visit.Gateway.Movements.ListMovementsAsync(request, cancellationToken: visit.Cancel);
                lines.AddRange(page.Movements.Select(movement => (id, movement)));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0 && (lines.Count <= _linesOnAPage || lines[^1].Movement.Time.Equals(lines[_linesOnAPage - 1].Movement.Time)));
            return lines;
        }));
        var all = found.SelectMany(lines => lines).OrderByDescending(line => line.Item2.Time).ToArray();
        var last = all.Length > _linesOnAPage ? all[_linesOnAPage - 1].Item2.Time : null;
        var shown = last is null ? all : [.. all.Where(line => line.Item2.Time >= last)];
        var view = new HistoryView(names, own, asked, kind, shown, last is not null && shown.Length < all.Length ? last.ToDateTime().ToString("o", CultureInfo.InvariantCulture) : "");
        return Page.Of<HistoryPage, HistoryView>(visit, view);
    }

    /// <summary>All lines of all programmes as CSV (RFC 4180), written while they are read.</summary>
    private static async Task Download(Visit visit)
    {
        var names = await visit.Names();
        var member = await visit.Gateway.Members.GetMemberAsync(new GetMemberRequest(), cancellationToken: visit.Cancel);
        visit.Http.Response.ContentType = "text/csv; charset=utf-8";
        visit.Http.Response.Headers.ContentDisposition = "attachment; filename=\"points.csv\"";
        await using var writer = new StreamWriter(visit.Http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await writer.WriteAsync("time,programme,points,balance_points,pooled_points,owed_points,text,event_id\r\n");
        foreach (var membership in member.Memberships)
        {
            var request = new ListMovementsRequest { ProgrammeId = membership.ProgrammeId, Language = visit.Words.Language.Code, PageSize = 200 };
            await foreach (var movement in Client.Pages.Of(request, visit.Gateway.Movements.ListMovementsAsync, page => page.Movements, visit.Cancel))
            {
                string[] fields =
                [
                    movement.Time.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), Field(names.Programme(membership.ProgrammeId)), Of(movement.Points), Of(movement.BalancePoints),
                    Of(movement.PooledPoints), Of(movement.OwedPoints), Field(movement.Sentence), movement.EventId,
                ];
                await writer.WriteAsync(string.Join(',', fields) + "\r\n");
            }
        }

        static string Of(long points) => points.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A text in quotes. A spreadsheet takes a text that begins with one of these letters for a formula.</summary>
    private static string Field(string text) => $"\"{(text is ['=' or '+' or '-' or '@' or '\t', ..] ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <param name="Asked">The programme whose lines are shown; empty: all.</param>
/// <param name="Kind">The kind of lines that is shown; unspecified: all.</param>
/// <param name="Older">The time before which the next page begins; empty: there is none.</param>
public sealed record HistoryView(
    Names Names, IReadOnlyList<string> Programmes, string Asked, MovementKind Kind, IReadOnlyList<(string ProgrammeId, PointsMovement Movement)> Lines, string Older);
