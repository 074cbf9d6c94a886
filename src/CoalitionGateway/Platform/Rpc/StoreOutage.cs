using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Answers pages and token requests while the store is down: 503 with Retry-After, so that no client takes the answer
/// for a refusal. <see cref="RefusalInterceptor"/> answers calls.
/// </summary>
internal static class StoreOutage
{
    private const int _retryAfterSeconds = 1;

    /// <summary>Whether a request failed because of an outage, and can still be answered.</summary>
    public static bool Failed(HttpContext context, Exception failed) =>
        !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested
        && (failed is StoreUnavailableException || context.RequestServices.GetRequiredService<LedgerStore>().Unavailable(failed) is not null);

    public static Task Answer(HttpContext context)
    {
        context.Response.Clear();
        (context.Response.StatusCode, context.Response.Headers.RetryAfter, context.Response.Headers.CacheControl) =
            (StatusCodes.Status503ServiceUnavailable, $"{_retryAfterSeconds}", "no-store");
        return context.Response.WriteAsJsonAsync(new { error = "temporarily_unavailable", error_description = "The store does not answer. Try again." }, context.RequestAborted);
    }
}
