using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>
/// The pages on which a member signs in, uses a brand's code, begins a new start, or uses a recovery code. No page tells a stranger
/// whether a member exists: without a code or a passkey, all answers are the same.
/// </summary>
internal sealed class SignInPages(
    CommandJournal journal, LedgerStore store, SignInSessions sessions, FailedAttempts attempts, GatewayKeys keys, GatewayOptions options, TimeProvider clock)
{
    /// <summary>The sign-in page for a member whose sign-in is some time ago.</summary>
    public const string Again = "sign-in?again=1";

    private const string _sign = "sign-in";
    private const string _code = "sign-in/code";
    private const string _recovery = "sign-in/recovery";
    private readonly OneTimeCodes _codes = OneTimeCodes.OfSignIns(keys);
    private readonly OneTimeCodes _recoveryCodes = OneTimeCodes.OfRecovery(keys);

    public IResult Show(HttpContext http) => Page.Of<SignInPage>(http, new { Words = PageWords.Of(http), Place = Place(http, _sign), IsAgain = http.Request.Query["again"].Count > 0 });

    public IResult ShowCode(HttpContext http) => Page.Of<CodePage>(http, new { Words = PageWords.Of(http), Place = Place(http, _code) });

    public IResult ShowRecovery(HttpContext http) => Page.Of<CodePage>(http, new { Words = PageWords.Of(http), Place = Place(http, _recovery), IsRecovery = true });

    /// <summary>Takes a brand's code: leads to a passkey, or, for a member who has passkeys, to a new start.</summary>
    public async Task<IResult> TakeCode(HttpContext http)
    {
        var form = await PageForm.Read(http);
        var (words, place, code) = (PageWords.Of(http), PagePlace.Of(options, _code, form["return"]), Typed(form));
        return await Find(http, code) switch
        {
            (null, var isTooOften) => Page.Of<CodePage>(http, new { Words = words, Place = place, Problem = isTooOften ? words.TooOften : words.CodeInvalid }),
            ({ NeedsNewStart: true } open, _) => Page.Of<NewStartPage>(http, new { Words = words, Place = place, Code = code, open.Code.ReadyTime }),
            _ => Page.Of<MakePage>(http, new { Words = words, Place = place, Code = code }),
        };
    }

    /// <summary>Begins the waiting time of a new start.</summary>
    public async Task<IResult> BeginNewStart(HttpContext http)
    {
        var form = await PageForm.Read(http);
        var (words, place, code) = (PageWords.Of(http), PagePlace.Of(options, _code, form["return"]), Typed(form));
        var (open, isTooOften) = await Find(http, code);
        if (open is not { NeedsNewStart: true } || open.Code.AccountId.Member is not { } member)
        {
            return Page.Of<CodePage>(http, new { Words = words, Place = place, Problem = isTooOften ? words.TooOften : words.CodeInvalid });
        }

        try
        {
            var ready = open.Code.ReadyTime
                ?? (await journal.Submit<NewStartBegun>(new BeginNewStart(Context(member), member, open.Code.CodeHash))).ReadyTime;
            return Page.Of<NewStartPage>(http, new { Words = words, Place = place, ReadyTime = (DateTime?)ready });
        }
        catch (RefusedException)
        {
            // Cancelled, replaced or begun in the meantime.
            return Page.Of<CodePage>(http, new { Words = words, Place = place, Problem = words.CodeInvalid });
        }
    }

    /// <summary>Signs a member in by a recovery code, and leads to a new passkey.</summary>
    public async Task<IResult> TakeRecoveryCode(HttpContext http)
    {
        var form = await PageForm.Read(http);
        var (words, place, hash) = (PageWords.Of(http), PagePlace.Of(options, _recovery, form["return"]), _recoveryCodes.HexHash(Typed(form)));
        var (found, isTooOften) = await Try(http, () => store.Read(rows => rows.Find(new RecoveryCode.Of(hash)), http.RequestAborted));
        if (found is null)
        {
            return Page.Of<CodePage>(http, new { Words = words, Place = place, IsRecovery = true, Problem = isTooOften ? words.TooOften : words.RecoveryInvalid });
        }

        try
        {
            await journal.Submit<RecoveryCodeUsed>(new UseRecoveryCode(Context(found.MemberId), found.MemberId, hash));
        }
        catch (RefusedException)
        {
            // Another request used it first.
            return Page.Of<CodePage>(http, new { Words = words, Place = place, IsRecovery = true, Problem = words.RecoveryInvalid });
        }

        await sessions.Begin(http, found.MemberId, SignInSessions.ByRecoveryCode);
        return Results.Redirect(place.Base + "account/passkeys/new" + place.Query);
    }

    /// <summary>The open code of an account; null if it is wrong, used or expired. Guesses are slowed down.</summary>
    public Task<(OpenCode? Found, bool IsTooOften)> Find(HttpContext http, string code) => Try(http, () => Open(code, http.RequestAborted));

    private async Task<OpenCode?> Open(string code, CancellationToken cancellation)
    {
        var (hash, now) = (_codes.HexHash(code), clock.GetUtcNow().UtcDateTime);
        return await store.Read(rows => rows.Find(new SignInCode.WithCode(hash)), cancellation) is { } found && found.ExpireTime > now
            ? new OpenCode(found, (await store.Read(rows => rows.FindAll(new Passkey.ByAccount(found.AccountId)).Count, cancellation)) > 0 && !(found.ReadyTime <= now))
            : null;
    }

    /// <summary>The context of a command that a member or person gives on these pages.</summary>
    public static CommandContext Context(Caller caller) => caller.NewContext(Guid.CreateVersion7());

    private static CommandContext Context(MemberId member) => Context(Caller.Of(member));

    private PagePlace Place(HttpContext http, string path) => PagePlace.Of(options, path, http.Request.Query["return"]);

    // People type codes with spaces and hyphens.
    private static string Typed(IFormCollection form) => string.Concat(form["code"].ToString().Where(char.IsAsciiLetterOrDigit).Take(OneTimeCodes.Length + 1));

    /// <summary>Looks a code up, slower and slower for an address that guesses.</summary>
    private async Task<(T? Found, bool IsTooOften)> Try<T>(HttpContext http, Func<Task<T?>> find)
        where T : class
    {
        var (name, address) = ($"code from {http.Connection.RemoteIpAddress}", http.Connection.RemoteIpAddress);
        if (await attempts.Admit(name, address, http.RequestAborted) is not { } admission)
        {
            return (null, true);
        }

        var found = await find();
        if (found is null)
        {
            attempts.Failed(name, address, admission);
        }
        else
        {
            attempts.Succeeded(name, address, admission);
        }

        return (found, false);
    }
}

/// <summary>A brand's code that a member can use.</summary>
/// <param name="NeedsNewStart">Whether the member has passkeys, so that the code counts only after a waiting time.</param>
internal sealed record OpenCode(SignInCode Code, bool NeedsNewStart);
