using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>
/// Pages and tokens while the store does not answer: 503 with Retry-After, so that no client takes it for a refusal.
/// Calls are answered by <see cref="RefusalInterceptor"/>.
/// </summary>
internal static class StoreOutage
{
    private const int _retryAfterSeconds = 1;

    /// <summary>Whether that is what a request failed of, and there is still somebody to tell.</summary>
    public static bool Failed(HttpContext context, Exception failed, LedgerStore store) =>
        !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested && (failed is StoreUnavailableException || store.Unavailable(failed) is not null);

    public static Task Answer(HttpContext context)
    {
        context.Response.Clear();
        (context.Response.StatusCode, context.Response.Headers.RetryAfter, context.Response.Headers.CacheControl) =
            (StatusCodes.Status503ServiceUnavailable, $"{_retryAfterSeconds}", "no-store");
        return context.Response.WriteAsJsonAsync(new { error = "temporarily_unavailable", error_description = "The store does not answer. Try again." }, context.RequestAborted);
    }
}
