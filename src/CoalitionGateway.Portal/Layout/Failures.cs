using CoalitionGateway.Client;
using CoalitionGateway.Portal.SignIn;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;

namespace CoalitionGateway.Portal.Layout;

/// <summary>Why a page cannot be shown.</summary>
public enum Failure
{
    NotFound,
    OldForm,
    NoAnswer,
    Busy,
    Fault,
}

/// <summary>Turns failures of a whole request into a page, or into a new sign-in.</summary>
internal static partial class Failures
{
    // The forms that can need a fresh sign-in, each with a page at the same address.
    private static readonly string[] _again = ["/move", "/pools", "/data/erase"];

    public static async Task Show(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            if (http.Response is { StatusCode: StatusCodes.Status400BadRequest or StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed, HasStarted: false, ContentType: null })
            {
                await Page(http, Failure.NotFound, http.Response.StatusCode);
            }
        }
        catch (RpcException failed) when (!http.Response.HasStarted)
        {
            await Answer(http, failed);
        }
        catch (Exception failed) when (!http.Response.HasStarted && (failed is InvalidDataException or { InnerException: InvalidDataException }))
        {
            // A form that cannot be read.
            await Page(http, Failure.OldForm, StatusCodes.Status400BadRequest);
        }
        catch (OperationCanceledException) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            await Page(http, Failure.NoAnswer, StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception failed) when (failed is HttpRequestException or InvalidOperationException { InnerException: HttpRequestException or IOException } && !http.Response.HasStarted)
        {
            // The authority cannot be reached.
            await Page(http, Failure.NoAnswer, StatusCodes.Status503ServiceUnavailable);
        }
        catch (BadHttpRequestException failed) when (!http.Response.HasStarted)
        {
            await Page(http, Failure.NotFound, failed.StatusCode);
        }
        catch (Exception failed) when (!http.Response.HasStarted && failed is not OperationCanceledException)
        {
            LogFault(Log(http), failed, http.Request.Method, http.Request.Path);
            await Page(http, Failure.Fault, StatusCodes.Status500InternalServerError);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed.")]
    private static partial void LogFault(ILogger log, Exception failed, string method, string path);

    [LoggerMessage(LogLevel.Warning, "{Method} {Path}: the gateway answered {Status}.")]
    private static partial void LogRefusal(ILogger log, string method, string path, string status);

    private static ILogger Log(HttpContext http) => http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Failures));

    private static Task Answer(HttpContext http, RpcException failed)
    {
        var refusal = GatewayRefusal.From(failed);
        if (refusal?.Reason == ErrorReason.SignInTooOld)
        {
            // After a form, the member comes back to its page, and sends it again.
            http.Response.Redirect($"{SignInSetup.AgainPath}?return={Uri.EscapeDataString(Again(http.Request))}");
            return Task.CompletedTask;
        }

        if (failed.StatusCode == StatusCode.Unauthenticated)
        {
            return SignOut(http);
        }

        LogRefusal(Log(http), http.Request.Method, http.Request.Path, failed.Status.ToString());
        return failed.StatusCode switch
        {
            StatusCode.NotFound or StatusCode.InvalidArgument => Page(http, Failure.NotFound, StatusCodes.Status404NotFound),
            StatusCode.ResourceExhausted => Page(http, Failure.Busy, StatusCodes.Status503ServiceUnavailable),
            _ when Retries.MayPass(failed) || failed.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded => Page(http, Failure.NoAnswer, StatusCodes.Status503ServiceUnavailable),
            _ => Page(http, Failure.Fault, StatusCodes.Status500InternalServerError),
        };
    }

    /// <summary>The token ended before its time: access was withdrawn, or the member was erased.</summary>
    private static async Task SignOut(HttpContext http)
    {
        await http.SignOutAsync();
        http.Response.Redirect("/?problem=ended");
    }

    /// <summary>
    /// The page to come back to. A form's fields go into its address where the page shows them again, without token and request id. No other
    /// form's: addresses are read by others.
    /// </summary>
    private static string Again(HttpRequest request) => request.HasFormContentType
        ? _again.Contains(request.Path.Value!)
            ? request.Path + QueryString.Create(request.Form.Where(field => field.Key is not ("form_token" or "request_id")).Select(field => KeyValuePair.Create(field.Key, (string?)field.Value.ToString()))).ToString()
            : "/"
        : request.Path + request.QueryString;

    private static Task Page(HttpContext http, Failure failure, int status)
    {
        http.Response.Clear();
        http.RequestServices.GetRequiredService<PageHeaders>().Put(http.Response.Headers);
        return Layout.Page.Of<FailurePage, Failure>(http.RequestServices.GetRequiredService<Visit>(), failure, status).ExecuteAsync(http);
    }
}
