using System.Globalization;
using System.Text.RegularExpressions;
using CoalitionGateway.Client;
using CoalitionGateway.Portal.Words;
using Grpc.Core;

namespace CoalitionGateway.Portal.Layout;

/// <summary>One request of a signed-in member: the gateway to call in the member's name, the member's language, and the form.</summary>
public sealed partial class Visit(IHttpContextAccessor accessor, CoalitionClient gateway, CoalitionNames names, PortalOptions options, TimeProvider clock)
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

    /// <summary>A whole number as a member types it: with a separator between groups of three digits, or without. "1.5" is none.</summary>
    public static long? Number(string text) => Grouped().IsMatch(text) && long.TryParse(string.Concat(text.Where(char.IsAsciiDigit)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>An amount of money in micro-units as a member types it: a number, or one with one or two decimals; null: none.</summary>
    public static long? Micros(string text)
    {
        const long unit = 1_000_000, most = 1_000_000_000;
        if (Number(text) is { } whole)
        {
            return whole <= most ? whole * unit : null;
        }

        return Decimals().Match(text) is { Success: true } found && long.TryParse(found.Groups["whole"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var units) && units <= most
            ? (units * unit) + (long.Parse(found.Groups["part"].Value.PadRight(2, '0'), CultureInfo.InvariantCulture) * unit / 100)
            : null;
    }

    [GeneratedRegex(@"^(\d{1,18}|\d{1,3}([ .,'\u00a0\u202f]\d{3}){1,5})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Grouped();

    [GeneratedRegex(@"^(?<whole>\d{1,18})[.,](?<part>\d{1,2})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Decimals();
}
