using CoalitionGateway.Ledger;
using CoalitionGateway.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace CoalitionGateway.Access;

/// <summary>The policy of every coalition method: the token's kind of caller and scopes must fit the contract.</summary>
internal sealed class MethodAccess : AuthorizationHandler<MethodAccess>, IAuthorizationRequirement
{
    public const string Policy = "method-access";

    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, MethodAccess requirement)
    {
        // An endpoint without a method is the framework's own answer, UNIMPLEMENTED, to a method that is not there.
        if (context.Resource is HttpContext http
            && (http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is null || (context.User.Identity?.IsAuthenticated == true && Refuses(http) is null)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    /// <summary>What stands against an authenticated call, if anything does.</summary>
    public static Google.Rpc.Status? Refuses(HttpContext http)
    {
        var path = http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName;
        if (path is null || MethodRules.Find(path) is not { } rule)
        {
            return Denied(V1.ErrorReason.CallerNotAllowed, "The method serves nobody: the contract does not say whom.", ("caller", ""), ("allowed", ""));
        }

        if (!Callers.TryRead(http.User, out var caller) || !rule.Callers.Contains(caller.Kind))
        {
            var allowed = string.Join(',', rule.Callers.Select(Caller.NameOf));
            return Denied(
                V1.ErrorReason.CallerNotAllowed, $"The method serves {allowed}.",
                ("caller", http.User.FindFirst(Callers.KindClaim)?.Value ?? ""), ("allowed", allowed));
        }

        var missing = rule.Scopes.Except(Callers.Scopes(http.User)).ToArray();
        return missing.Length == 0
            ? null
            : Denied(
                V1.ErrorReason.ScopeMissing, $"The token lacks the scope {string.Join(' ', missing)}.",
                ("needed", string.Join(' ', rule.Scopes)), ("missing", string.Join(' ', missing)));
    }

    private static Google.Rpc.Status Denied(V1.ErrorReason reason, string message, params (string, string)[] metadata) =>
        RefusalStatus.Of(StatusCode.PermissionDenied, reason, message, metadata);
}

/// <summary>
/// Answers a call that the policy refused as gRPC does, with a status and its details, before the message is read.
/// </summary>
internal sealed class GrpcAccessResult : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _web = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded || context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is null)
        {
            await _web.HandleAsync(next, context, policy, authorizeResult);
            return;
        }

        var status = authorizeResult.Challenged ? await Unauthenticated(context) : MethodAccess.Refuses(context)!;
        context.Response.WriteStatus(status);
    }

    private static async Task<Google.Rpc.Status> Unauthenticated(HttpContext context)
    {
        var result = await context.AuthenticateAsync();
        var problem = result.Failure is { } failure
            ? failure.Message.Split('\n')[0]
            : "The call has no access token; send it as metadata 'authorization: Bearer …'.";
        return RefusalStatus.Of(StatusCode.Unauthenticated, V1.ErrorReason.TokenInvalid, "The call has no valid access token.", [("problem", problem)]);
    }
}
