using CoalitionGateway.Platform.OAuth;
using Duende.IdentityServer;
using Duende.IdentityServer.Services;
using Microsoft.AspNetCore.Authentication;

namespace CoalitionGateway.Identity;

/// <summary>Signs a member in, as the embedded authority does in the sandbox, and goes back to where IdentityServer came from.</summary>
internal static class SignInEndpoint
{
    public const string Path = "/sign-in";

    public static async Task<IResult> Handle(HttpContext http, string? returnUrl, IIdentityServerInteractionService interaction, SandboxSignIn sandbox)
    {
        if (await interaction.GetAuthorizationContextAsync(returnUrl) is not { } request)
        {
            return Results.BadRequest("There is nothing to sign in to: begin in the app.");
        }

        if (await sandbox.Member(request.LoginHint ?? "", http) is not { } member)
        {
            await interaction.DenyAuthorizationAsync(request, Duende.IdentityServer.Models.AuthorizationError.LoginRequired, SandboxSignIn.Remedy);
            return Results.Redirect(returnUrl!);
        }

        await http.SignInAsync(new IdentityServerUser(member.ToString()).CreatePrincipal(), new AuthenticationProperties { IsPersistent = false });
        return Results.Redirect(returnUrl!);
    }
}
