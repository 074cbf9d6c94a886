using CoalitionGateway.Portal.Layout;
using CoalitionGateway.V1;
using Route = CoalitionGateway.V1.Route;

namespace CoalitionGateway.Portal.Transfers;

/// <summary>
/// The page on which a member moves points between programmes: from, to, how many, what arrives, and at the end a receipt. A quote
/// changes nothing.
/// </summary>
internal static class MovePages
{
    /// <summary>Points are moved in steps of this many.</summary>
    public const int Step = 1000;

    public static void Map(RouteGroupBuilder members)
    {
        members.MapGet("/move", (Visit visit) => Show(visit, visit.Query, null));
        members.MapPost("/move", Move);
        members.MapGet("/move/{id:guid}", Receipt);
    }

    private static async Task<IResult> Show(Visit visit, Func<string, string> field, Problem? problem)
    {
        var names = await visit.Names();
        var routes = Client.Pages.Of(new ListRoutesRequest { PageSize = 200 }, visit.Gateway.Programmes.ListRoutesAsync, page => page.Routes, visit.Cancel).ToListAsync(visit.Cancel);
        var balances = (await visit.Gateway.Members.GetBalancesAsync(new GetBalancesRequest(), cancellationToken: visit.Cancel)).Balances;
        var own = balances.Select(balance => balance.ProgrammeId).ToHashSet(StringComparer.Ordinal);
        Route[] open = [.. (await routes).Where(route => route.State == RouteState.Open && own.Contains(route.SourceProgrammeId) && own.Contains(route.DestinationProgrammeId))];
        var from = open.Select(route => route.SourceProgrammeId).Where(id => id == field("from")).DefaultIfEmpty(open.FirstOrDefault()?.SourceProgrammeId ?? "").First();
        var ways = open.Where(route => route.SourceProgrammeId == from).ToArray();
        var to = ways.Select(route => route.DestinationProgrammeId).Where(id => id == field("to")).DefaultIfEmpty(ways.FirstOrDefault()?.DestinationProgrammeId ?? "").First();
        var typed = field("points");
        var points = Visit.Number(typed);
        TransferQuote? quote = null;
        if (typed.Length > 0 && to.Length > 0 && problem is null)
        {
            problem = points is null
                ? new Problem("amount_points", visit.Words.NumberNeeded)
                : await visit.Try(async () => quote = (await visit.Gateway.Transfers.QuoteTransferAsync(
                    new QuoteTransferRequest { SourceProgrammeId = from, DestinationProgrammeId = to, AmountPoints = points.Value }, cancellationToken: visit.Cancel)).Quote);
            problem ??= quote!.AmountPoints > quote.AvailablePoints ? new Problem("amount_points", visit.Words.NotEnough(quote.AvailablePoints / Step * Step)) : null;
        }

        // What a member typed stays as it was typed.
        var view = new MoveView(names, balances, open, from, to, typed, quote, problem);
        return Page.Of<MovePage, MoveView>(visit, view, HttpMethods.IsPost(visit.Http.Request.Method) ? problem : null);
    }

    private static async Task<IResult> Move(Visit visit)
    {
        if (Visit.Number(visit.Form("points")) is not { } points)
        {
            return await Show(visit, visit.Form, new Problem("amount_points", visit.Words.NumberNeeded));
        }

        CreateTransferResponse? made = null;
        var request = new CreateTransferRequest { RequestId = visit.RequestId, SourceProgrammeId = visit.Form("from"), DestinationProgrammeId = visit.Form("to"), AmountPoints = points };
        var problem = await visit.Try(async () => made = await visit.Gateway.Transfers.CreateTransferAsync(request, cancellationToken: visit.Cancel));
        return made is null ? await Show(visit, visit.Form, problem) : Visit.Go($"/move/{made.Transfer.TransferId}");
    }

    private static async Task<IResult> Receipt(Visit visit, Guid id)
    {
        var found = await visit.Gateway.Transfers.GetTransferAsync(new GetTransferRequest { TransferId = id.ToString() }, cancellationToken: visit.Cancel);
        return Page.Of<MovedPage, MovedView>(visit, new MovedView(await visit.Names(), found.Transfer));
    }
}

/// <param name="Routes">The open routes between the member's programmes.</param>
/// <param name="Typed">The number as the member typed it.</param>
/// <param name="Quote">What would arrive; null: nothing was asked, or it was refused.</param>
public sealed record MoveView(
    Names Names, IReadOnlyList<Balance> Balances, IReadOnlyList<Route> Routes, string From, string To, string Typed, TransferQuote? Quote, Problem? Problem)
{
    public long Available => Balances.FirstOrDefault(balance => balance.ProgrammeId == From)?.AvailablePoints ?? 0;

    /// <summary>The most that can be moved now, in whole steps.</summary>
    public long Most => Available / MovePages.Step * MovePages.Step;
}

public sealed record MovedView(Names Names, Transfer Transfer);
