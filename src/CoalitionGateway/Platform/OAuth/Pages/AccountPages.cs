using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>The page on which a member or person sees and changes how they sign in: passkeys, recovery codes, sessions and apps.</summary>
internal sealed class AccountPages(
    CommandJournal journal, LedgerStore store, SignInSessions sessions, AppAccesses apps, GatewayKeys keys, GatewayOptions options, TimeProvider clock)
{
    private const string _path = "account";
    private readonly OneTimeCodes _recoveryCodes = OneTimeCodes.OfRecovery(keys);

    public Task<IResult> Show(HttpContext http) => SignedIn(http, found => Render(http, found));

    public Task<IResult> ShowMake(HttpContext http) => SignedInLately(http, _ => Task.FromResult<IResult>(
        Page.Of<MakePage>(http, new { Words = PageWords.Of(http), Place = PagePlace.Of(options, "account/passkeys/new", http.Request.Query["return"]) })));

    public Task<IResult> RemovePasskey(HttpContext http) => ChangeLately(http, async (found, form) =>
    {
        if (Guid.TryParse(form["id"], out var id))
        {
            await journal.Submit<PasskeyRemoved>(new RemovePasskey(SignInPages.Context(found.Account.Caller), found.Account.AccountId, id));
        }
    });

    public Task<IResult> MakeRecoveryCodes(HttpContext http) => SignedInLately(http, async found =>
    {
        if (found.Account.AccountId.Member is not { } member)
        {
            // Two others renew a person who has lost all passkeys.
            return await Render(http, found);
        }

        var context = SignInPages.Context(found.Account.Caller);
        var codes = Enumerable.Range(0, Ledger.SignIns.MakeRecoveryCodes.Count).Select(i => _recoveryCodes.Make($"{context.Caller} {i}", context.RequestId)).ToArray();
        await journal.Submit<RecoveryCodesMade>(
            new MakeRecoveryCodes(context, member, [.. codes.Select(code => _recoveryCodes.HexHash(code)).Order(StringComparer.Ordinal)]));
        return await Render(http, found, codes);
    });

    public Task<IResult> EndSession(HttpContext http) => Change(http, (found, form) => sessions.End(found.Account.AccountId, form["id"].ToString()));

    public Task<IResult> WithdrawApp(HttpContext http) => Change(http, (found, form) => apps.Withdraw(found.Account.AccountId, form["id"].ToString()));

    public Task<IResult> CancelCode(HttpContext http) => ChangeLately(http, (found, _) => found.Account.AccountId.Member is { } member
        ? journal.Submit<NewStartCancelled>(new CancelNewStart(SignInPages.Context(found.Account.Caller), member))
        : Task.CompletedTask);

    public async Task<IResult> SignOut(HttpContext http)
    {
        await sessions.End(http);
        return Results.Redirect($"{options.Issuer}/sign-in");
    }

    private async Task<IResult> SignedIn(HttpContext http, Func<SignedIn, Task<IResult>> answer) =>
        await sessions.Find(http) is { } found ? await answer(found) : Results.Redirect($"{options.Issuer}/sign-in");

    /// <summary>
    /// For changes to how somebody signs in: whoever finds a browser open must not take the account over. Who signed in
    /// some time ago signs in again, and comes back to the account.
    /// </summary>
    private Task<IResult> SignedInLately(HttpContext http, Func<SignedIn, Task<IResult>> answer) => SignedIn(
        http, async found => sessions.IsFresh(found.Session) ? await answer(found) : Results.Redirect($"{options.Issuer}/{SignInPages.Again}"));

    private Task<IResult> ChangeLately(HttpContext http, Func<SignedIn, IFormCollection, Task> change) =>
        SignedInLately(http, _ => Change(http, change));

    /// <summary>Makes a change and shows the page anew. What is gone already is no fault: the member sees it.</summary>
    private Task<IResult> Change(HttpContext http, Func<SignedIn, IFormCollection, Task> change) => SignedIn(http, async found =>
    {
        try
        {
            await change(found, await PageForm.Read(http));
        }
        catch (RefusedException)
        {
            // The page shows what is there now.
        }

        return Results.Redirect($"{options.Issuer}/{_path}");
    });

    private async Task<IResult> Render(HttpContext http, SignedIn found, IReadOnlyList<string>? newCodes = null)
    {
        var (id, now) = (found.Account.AccountId, clock.GetUtcNow().UtcDateTime);
        var (passkeys, codes, open, brand) = await store.Read(
            rows =>
            {
                var code = id.Member is { } member ? rows.Find(new SignInCode.Of(member)) : null;
                return (rows.FindAll(new Passkey.ByAccount(id)), id.Member is { } holder ? rows.FindAll(new RecoveryCode.ByMember(holder)).Count : 0, code,
                    code?.PartnerId is { } partner ? rows.Find(new Partner.Of(partner)) : null);
            },
            http.RequestAborted);
        var account = new AccountView(
            found.Account.Person?.Id.Value, [.. passkeys.OrderBy(passkey => (passkey.CreateTime, passkey.Id))], codes, open?.ExpireTime > now ? open : null,
            brand?.DisplayName ?? "", await sessions.All(id, http.RequestAborted), found.Session.Id, await apps.All(id, http.RequestAborted));
        return Page.Of<AccountPage>(http, new { Words = PageWords.Of(http), Place = PagePlace.Of(options, _path, null), Account = account, NewCodes = newCodes });
    }
}
