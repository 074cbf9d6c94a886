using CoalitionGateway.Platform.Store;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace CoalitionGateway.Platform.Access;

/// <summary>
/// Authenticates a call. A cached token is only looked up. JwtBearer validates any other token, and its failure is the
/// answer. A token whose key the authority withdrew stays cached until it expires, for 5 minutes at most.
/// </summary>
internal sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, KnownTokens known, EndedCallers ended, AuthorityKeys keys,
    SenderProofs senders, TokenQuestions questions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string Name = "Token";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var authorization = Request.Headers.Authorization.ToString();
        if (!TokenHash.TryOf(authorization, out var token, out var isDpop))
        {
            return Validate(authorization, isDpop, null);
        }

        if (known.Find(token) is not { } caller)
        {
            return Validate(authorization, isDpop, token);
        }

        return ended.Problem(caller) is { } problem ? Task.FromResult(Fail(problem))
            : questions.Takes(caller) ? AskAgain(authorization, caller, isDpop)
            : Answer(caller, isDpop);
    }

    /// <summary>Asks the authority again about a remembered token. While it does not answer, its last answer counts.</summary>
    private async Task<AuthenticateResult> AskAgain(string authorization, KnownCaller caller, bool isDpop)
    {
        switch (await questions.IsActive(TokenOf(authorization)))
        {
            case false:
                // For the other gateways and for open streams too.
                await ended.EndToken(caller.TokenId, caller.ExpireTime, CancellationToken.None);
                return Fail(TokenProblem.Revoked);
            case null:
                questions.TryLater(caller);
                break;
        }

        return await Answer(caller, isDpop);
    }

    private static string TokenOf(string authorization) => AccessTokenHeader.TryRead(authorization, out _, out var token) ? token.ToString() : "";

    /// <summary>The result for a valid token. A plain token costs nothing more; for a bound one the sender must prove the key.</summary>
    private Task<AuthenticateResult> Answer(KnownCaller caller, bool isDpop) =>
        caller.Binding is null && !isDpop ? caller.Answer : senders.Authenticate(Context, caller);

    private static AuthenticateResult Fail(string problem) => AuthenticateResult.Fail(new UnusableCallerException(problem));

    private async Task<AuthenticateResult> Validate(string authorization, bool isDpop, TokenHash? token)
    {
        if (AuthorityKeys.KeyOf(authorization) is { } key && !await keys.CanTell(key, Context.RequestAborted))
        {
            return AuthenticateResult.Fail(new AuthorityUnavailableException());
        }

        var validated = await Context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (!validated.Succeeded)
        {
            return validated;
        }

        var caller = KnownCaller.Of(validated, TimeProvider.GetUtcNow());
        try
        {
            if (await ended.FindProblem(caller, Context.RequestAborted) is { } problem)
            {
                return Fail(problem);
            }
        }
        catch (StoreUnavailableException)
        {
            // While the store is down, no call does anything. The token is not cached, so it is checked again later.
            return await Answer(caller, isDpop);
        }

        if (questions.Takes(caller))
        {
            switch (await questions.IsActive(TokenOf(authorization)))
            {
                case false:
                    return Fail(TokenProblem.Revoked);
                case null:
                    return AuthenticateResult.Fail(new AuthorityUnavailableException());
            }
        }

        if (token is { } hash)
        {
            known.Put(hash, caller);
        }

        return await Answer(caller, isDpop);
    }
}
