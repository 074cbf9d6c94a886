using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>The page on which a member sees and changes how they sign in: passkeys, recovery codes, sessions and apps.</summary>
internal sealed class AccountPages(
    CommandJournal journal, LedgerStore store, SignInSessions sessions, AppAccesses apps, GatewayKeys keys, GatewayOptions options, TimeProvider clock)
{
    private const string _path = "account";
    private readonly OneTimeCodes _recoveryCodes = OneTimeCodes.OfRecovery(keys);

    public Task<IResult> Show(HttpContext http) => SignedIn(http, session => Render(http, session));

    public Task<IResult> ShowMake(HttpContext http) => SignedInLately(http, session => Task.FromResult<IResult>(
        Page.Of<MakePage>(http, new { Words = PageWords.Of(http), Place = PagePlace.Of(options, "account/passkeys/new", http.Request.Query["return"]) })));

    public Task<IResult> RemovePasskey(HttpContext http) => ChangeLately(http, async (session, form) =>
    {
        if (Guid.TryParse(form["id"], out var id))
        {
            await journal.Submit<PasskeyRemoved>(new RemovePasskey(SignInPages.Context(session.MemberId), session.MemberId, id));
        }
    });

    public Task<IResult> MakeRecoveryCodes(HttpContext http) => SignedInLately(http, async session =>
    {
        var context = SignInPages.Context(session.MemberId);
        var codes = Enumerable.Range(0, Ledger.SignIns.MakeRecoveryCodes.Count).Select(i => _recoveryCodes.Make($"{context.Caller} {i}", context.RequestId)).ToArray();
        await journal.Submit<RecoveryCodesMade>(
            new MakeRecoveryCodes(context, session.MemberId, [.. codes.Select(code => _recoveryCodes.HexHash(code)).Order(StringComparer.Ordinal)]));
        return await Render(http, session, codes);
    });

    public Task<IResult> EndSession(HttpContext http) => Change(http, (session, form) => sessions.End(session.MemberId, form["id"].ToString()));

    public Task<IResult> WithdrawApp(HttpContext http) => Change(http, (session, form) => apps.Withdraw(session.MemberId, form["id"].ToString()));

    public Task<IResult> CancelCode(HttpContext http) => ChangeLately(http, (session, _) =>
        journal.Submit<NewStartCancelled>(new CancelNewStart(SignInPages.Context(session.MemberId), session.MemberId)));

    public async Task<IResult> SignOut(HttpContext http)
    {
        await sessions.End(http);
        return Results.Redirect($"{options.Issuer}/sign-in");
    }

    private async Task<IResult> SignedIn(HttpContext http, Func<SignInSession, Task<IResult>> answer) =>
        await sessions.Of(http) is { } session ? await answer(session) : Results.Redirect($"{options.Issuer}/sign-in");

    /// <summary>
    /// For changes to how the member signs in: whoever finds a browser open must not take the account over. A member whose sign-in is
    /// some time ago signs in again, and comes back to the account.
    /// </summary>
    private Task<IResult> SignedInLately(HttpContext http, Func<SignInSession, Task<IResult>> answer) => SignedIn(
        http, async session => sessions.IsFresh(session) ? await answer(session) : Results.Redirect($"{options.Issuer}/{SignInPages.Again}"));

    private Task<IResult> ChangeLately(HttpContext http, Func<SignInSession, IFormCollection, Task> change) =>
        SignedInLately(http, _ => Change(http, change));

    /// <summary>Makes a change and shows the page anew. What is gone already is no fault: the member sees it.</summary>
    private Task<IResult> Change(HttpContext http, Func<SignInSession, IFormCollection, Task> change) => SignedIn(http, async session =>
    {
        try
        {
            await change(session, await PageForm.Read(http));
        }
        catch (RefusedException)
        {
            // The page shows what is there now.
        }

        return Results.Redirect($"{options.Issuer}/{_path}");
    });

    private async Task<IResult> Render(HttpContext http, SignInSession session, IReadOnlyList<string>? newCodes = null)
    {
        var (member, now) = (session.MemberId, clock.GetUtcNow().UtcDateTime);
        var (passkeys, codes, open, brand) = await store.Read(
            rows =>
            {
                var code = rows.Find(new SignInCode.Of(member));
                return (rows.FindAll(new Passkey.ByMember(member)), rows.FindAll(new RecoveryCode.ByMember(member)).Count, code,
                    code is null ? null : rows.Find(new Partner.Of(code.PartnerId)));
            },
            http.RequestAborted);
        var account = new MemberAccount(
            [.. passkeys.OrderBy(passkey => (passkey.CreateTime, passkey.Id))], codes, open?.ExpireTime > now ? open : null, brand?.DisplayName ?? "",
            await sessions.All(member, http.RequestAborted), session.Id, await apps.All(member, http.RequestAborted));
        return Page.Of<AccountPage>(http, new { Words = PageWords.Of(http), Place = PagePlace.Of(options, _path, null), Account = account, NewCodes = newCodes });
    }
}
