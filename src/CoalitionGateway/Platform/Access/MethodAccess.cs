using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Telemetry;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace CoalitionGateway.Platform.Access;

/// <summary>The policy of every coalition method: the token's kind of caller and scopes must fit the contract.</summary>
internal sealed class MethodAccess : AuthorizationHandler<MethodAccess>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, MethodAccess requirement)
    {
        // An endpoint without a gRPC method is the framework's own answer to an unknown method: UNIMPLEMENTED.
        if (context.Resource is HttpContext http
            && (http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is null || (context.User is KnownCaller known && Refuses(http, known) is null)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }

    /// <summary>The refusal of an authenticated call; null if none applies.</summary>
    public static Google.Rpc.Status? Refuses(HttpContext http, KnownCaller known)
    {
        var path = http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName;
        if (path is null || MethodRules.Find(path) is not { } rule)
        {
            return Denied(V1.ErrorReason.CallerNotAllowed, "The method serves nobody: the contract does not say whom.", ("caller", ""), ("allowed", ""));
        }

        var caller = known.Caller;
        if (!rule.Callers.Contains(caller.Kind))
        {
            var allowed = string.Join(',', rule.Callers.Select(Caller.NameOf));
            return Denied(
                V1.ErrorReason.CallerNotAllowed, $"The method serves {allowed}.", ("caller", Caller.NameOf(caller.Kind)), ("allowed", allowed));
        }

        if (known.Scopes.IsSupersetOf(rule.Scopes))
        {
            return rule.MaxSignInAge is { } age ? FreshSignIn.Refuses(known, age, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()) : null;
        }

        var missing = string.Join(' ', rule.Scopes.Except(known.Scopes));
        return Denied(
            V1.ErrorReason.ScopeMissing, $"The token lacks the scope {missing}.",
            ("needed", string.Join(' ', rule.Scopes)), ("missing", missing));
    }

    private static Google.Rpc.Status Denied(V1.ErrorReason reason, string message, params (string, string)[] metadata) =>
        RefusalStatus.Of(reason, message, metadata);
}

/// <summary>
/// Answers a call that the policy refused in the form of gRPC, with a status and its details, before the message is read.
/// </summary>
internal sealed class GrpcAccessResult(Instruments instruments, BoundedLines log) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _web = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
        authorizeResult.Succeeded || context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is null
            ? _web.HandleAsync(next, context, policy, authorizeResult)
            : Refuse(context, authorizeResult);

    private async Task Refuse(HttpContext context, PolicyAuthorizationResult authorizeResult)
    {
        var status = authorizeResult.Challenged ? await Unauthenticated(context) : MethodAccess.Refuses(context, (KnownCaller)context.User)!;
        FreshSignIn.Challenge(context, status);
        instruments.CountRefusal(Measurement.MethodOf(context), status);
        context.Response.WriteStatus(status);
    }

    private async Task<Google.Rpc.Status> Unauthenticated(HttpContext context)
    {
        var failure = (await context.AuthenticateAsync()).Failure;
        if (failure is AuthorityUnavailableException)
        {
            return RefusalStatus.Of(
                V1.ErrorReason.AuthorityUnavailable, "The tokens' authority does not answer; nothing was done.", [], AuthorityKeys.Pause);
        }

        var problem = TokenProblem.Of(failure);
        log.Tell(BoundedLines.Unauthenticated, Measurement.MethodOf(context) ?? "", problem);
        SenderProofs.Challenge(context, problem);
        return TokenProblem.Refusal(problem, (failure as UnprovedSenderException)?.ProofFault);
    }
}
