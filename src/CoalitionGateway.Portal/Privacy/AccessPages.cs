using CoalitionGateway.Portal.Layout;
using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Privacy;

/// <summary>The page that tells a member who saw data about them, and who was refused it.</summary>
internal static class AccessPages
{
    public static void Map(RouteGroupBuilder members) => members.MapGet("/seen", Show);

    private static async Task<IResult> Show(Visit visit)
    {
        var names = await visit.Names();
        var page = await visit.Gateway.Privacy.ListDataAccessesAsync(new ListDataAccessesRequest { PageToken = visit.Query("after") }, cancellationToken: visit.Cancel);
        return Page.Of<SeenPage, SeenView>(visit, new SeenView(names, page.Accesses, page.NextPageToken));
    }
}

/// <param name="Next">The next page; empty: there is none.</param>
public sealed record SeenView(Names Names, IReadOnlyList<DataAccess> Accesses, string Next);
