using CoalitionGateway.Store;

namespace CoalitionGateway.Rpc;

/// <summary>
/// Pages and tokens while the store does not answer: 503 with Retry-After, so that no client takes it for a refusal.
/// Calls are answered by <see cref="RefusalInterceptor"/>.
/// </summary>
internal static class StoreOutage
{
    private const int _retryAfterSeconds = 1;

    public static void UseStoreOutage(this IApplicationBuilder app, LedgerStore store) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
        }
        catch (Exception failed) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested && (failed is StoreUnavailableException || store.Unavailable(failed) is not null))
        {
            context.Response.Clear();
            (context.Response.StatusCode, context.Response.Headers.RetryAfter, context.Response.Headers.CacheControl) =
                (StatusCodes.Status503ServiceUnavailable, $"{_retryAfterSeconds}", "no-store");
            await context.Response.WriteAsJsonAsync(new { error = "temporarily_unavailable", error_description = "The store does not answer. Try again." });
        }
    });
}
