using CoalitionGateway.Portal.Layout;

namespace CoalitionGateway.Portal.Privacy;

/// <summary>The page that tells a member whom to ask.</summary>
internal static class HelpPages
{
    public static void Map(RouteGroupBuilder members) =>
        members.MapGet("/help", (Visit visit) => Page.Of<HelpPage, string>(visit, visit.Options.Contact));
}
