using System.Text.Json;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.SignIns;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;
using Microsoft.AspNetCore.Identity;

namespace CoalitionGateway.Platform.OAuth.Pages;

/// <summary>What passkeys.js sends.</summary>
/// <param name="Credential">The authenticator's answer, as JSON (WebAuthn Level 3, section 5.1).</param>
/// <param name="Code">A brand's code, for a first passkey.</param>
/// <param name="Name">The passkey's name.</param>
/// <param name="Return">The authorization request to return to.</param>
internal sealed record PasskeyForm(string? Credential, string? Code, string? Name, string? Return)
{
    /// <summary>Reads a form; an empty one if the request has none that can be read.</summary>
    public static async Task<PasskeyForm> Read(HttpContext http)
    {
        try
        {
            return http.Request.HasJsonContentType() && await http.Request.ReadFromJsonAsync<PasskeyForm>(http.RequestAborted) is { } form ? form : new(null, null, null, null);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return new(null, null, null, null);
        }
    }
}

/// <summary>Where the browser goes next.</summary>
internal sealed record NextPage(string Next);

/// <summary>Makes and checks passkeys for the script of the pages.</summary>
internal sealed class PasskeyEndpoints(
    SignInManager<Account> passkeys, SignInPages pages, SignInSessions sessions, AppAccesses apps, CommandJournal journal, GatewayKeys keys, LedgerStore store, GatewayOptions options)
{
    private const int _longestName = 60;
    private readonly OneTimeCodes _codes = OneTimeCodes.OfSignIns(keys);

    /// <summary>The options for signing in. They name no credential, so nobody learns whose there are.</summary>
    public async Task<IResult> UseOptions() => Results.Content(await passkeys.MakePasskeyRequestOptionsAsync(null), "application/json");

    public async Task<IResult> Use(HttpContext http)
    {
        var form = await PasskeyForm.Read(http);
        if (form.Credential is not { Length: > 0 } credential || await Assert(credential) is not { } account)
        {
            return Results.BadRequest();
        }

        await sessions.Begin(http, account, SignInSessions.ByPasskey);
        return Results.Json(new NextPage(PagePlace.Of(options, "", form.Return).Next));
    }

    /// <summary>The options for a new passkey of the account whose code was sent, or that is signed in.</summary>
    public async Task<IResult> MakeOptions(HttpContext http)
    {
        if (await Maker(await PasskeyForm.Read(http), http) is not { } account || await NameOf(account, http.RequestAborted) is not { } name)
        {
            return Results.BadRequest();
        }

        return Results.Content(
            await passkeys.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = account.Id, Name = name, DisplayName = name }), "application/json");
    }

    public async Task<IResult> Make(HttpContext http)
    {
        var form = await PasskeyForm.Read(http);
        if (form.Credential is not { Length: > 0 } credential || form.Name is not { Length: > 0 and <= _longestName } name || name.Any(char.IsControl) || await Maker(form, http) is not { } account)
        {
            return Results.BadRequest();
        }

        var made = await Checked(() => passkeys.PerformPasskeyAttestationAsync(credential));
        if (made is not { Succeeded: true } || made.UserEntity.Id != account.Id)
        {
            return Results.BadRequest();
        }

        var passkey = new Passkey(
            Guid.CreateVersion7(), account.AccountId, Convert.ToHexStringLower(made.Passkey.CredentialId), made.Passkey.PublicKey, string.Join(',', made.Passkey.Transports ?? []),
            made.Passkey.IsBackupEligible, name, default);
        var hash = _codes.HashOrNone(form.Code ?? "");
        PasskeyAdded added;
        try
        {
            added = await journal.Submit<PasskeyAdded>(new AddPasskey(SignInPages.Context(account.Caller), account.AccountId, passkey, hash));
        }
        catch (RefusedException)
        {
            // The code was used meanwhile, or the device has a passkey already. The page says that it did not work.
            return Results.BadRequest();
        }

        if (added.IsNewStart)
        {
            // Whoever holds the old devices is signed out too, at the authority and in apps.
            await sessions.End(account.AccountId, null);
            await apps.Withdraw(account.AccountId, null);
        }

        if (hash is not null)
        {
            await sessions.Begin(http, account.AccountId, SignInSessions.ByPasskey);
        }

        return Results.Json(new NextPage(PagePlace.Of(options, "", form.Return).Next));
    }

    /// <summary>The account for which a passkey is made: by a one-time code, or signed in.</summary>
    private async Task<Account?> Maker(PasskeyForm form, HttpContext http) => string.IsNullOrEmpty(form.Code)
        ? await sessions.Find(http) is { } found && sessions.IsFresh(found.Session) ? found.Account : null
        : await pages.Find(http, form.Code) is { Found.NeedsNewStart: false } open ? await store.FindAccount(open.Found.Code.AccountId, http.RequestAborted) : null;

    /// <summary>The name under which devices show the passkey: a programme of the member's, or the person's id. Null: there is none.</summary>
    private async Task<string?> NameOf(Account account, CancellationToken cancellation) => account.AccountId.Member is { } member
        ? (await store.Read(rows => rows.FindAll(new Ledger.Members.Membership.ByMember(member)), cancellation)).Select(found => found.ProgrammeId.Value)
            .Order(StringComparer.Ordinal).FirstOrDefault()
        : account.Id;

    private async Task<AccountId?> Assert(string credential) =>
        await Checked(() => passkeys.PerformPasskeyAssertionAsync(credential)) is { Succeeded: true } proved ? proved.User.AccountId : null;

    /// <summary>Null if the answer cannot be read, or if no options were asked for before.</summary>
    private static async Task<T?> Checked<T>(Func<Task<T>> check)
        where T : class
    {
        try
        {
            return await check();
        }
        catch (Exception unusable) when (unusable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
