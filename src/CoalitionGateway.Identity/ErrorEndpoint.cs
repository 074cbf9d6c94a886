using Duende.IdentityServer.Services;

namespace CoalitionGateway.Identity;

/// <summary>What an app's developer reads where IdentityServer must not send the browser back to the app.</summary>
internal static class ErrorEndpoint
{
    public const string Path = "/error";

    public static async Task<IResult> Handle(string? errorId, IIdentityServerInteractionService interaction) =>
        await interaction.GetErrorContextAsync(errorId) is { } error
            ? Results.Json(new { error = error.Error, error_description = error.ErrorDescription }, statusCode: StatusCodes.Status400BadRequest)
            : Results.NotFound();
}
