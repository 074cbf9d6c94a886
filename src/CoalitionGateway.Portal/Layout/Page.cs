using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CoalitionGateway.Portal.Layout;

/// <summary>Answers with a page that the server renders.</summary>
internal static class Page
{
    /// <param name="visit">The request.</param>
    /// <param name="view">What the page shows.</param>
    /// <param name="status">The HTTP status: 422 where a form is shown again with what is wrong.</param>
    public static IResult Of<TPage, TView>(Visit visit, TView view, int status = StatusCodes.Status200OK)
        where TPage : MemberPage<TView>, IComponent =>
        new RazorComponentResult<TPage>(new Dictionary<string, object?> { ["Visit"] = visit, ["View"] = view }) { PreventStreamingRendering = true, StatusCode = status };

    /// <summary>Shows a form again where there is a problem.</summary>
    public static IResult Of<TPage, TView>(Visit visit, TView view, Problem? problem)
        where TPage : MemberPage<TView>, IComponent =>
        Of<TPage, TView>(visit, view, problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
