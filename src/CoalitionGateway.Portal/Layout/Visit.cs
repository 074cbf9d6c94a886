using System.Globalization;
using CoalitionGateway.Client;
using CoalitionGateway.Portal.Words;
using Grpc.Core;

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
