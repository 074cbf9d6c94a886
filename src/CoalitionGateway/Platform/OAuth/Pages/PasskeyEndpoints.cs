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
        if (form.Credential is not { Length: > 0 } credential || await Assert(credential) is not { } member)
        {
            return Results.BadRequest();
        }

        await sessions.Begin(http, member, SignInSessions.ByPasskey);
        return Results.Json(new NextPage(PagePlace.Of(options, "", form.Return).Next));
    }

    /// <summary>The options for a new passkey of the member whose code was sent, or who is signed in.</summary>
    public async Task<IResult> MakeOptions(HttpContext http)
    {
        if (await Maker(await PasskeyForm.Read(http), http) is not { } member)
        {
            return Results.BadRequest();
        }

        // Devices show the passkey under this name.
        var memberships = await store.Read(rows => rows.FindAll(new Ledger.Members.Membership.ByMember(member)), http.RequestAborted);
        if (memberships.Select(found => found.ProgrammeId.Value).Order(StringComparer.Ordinal).FirstOrDefault() is not { } programme)
        {
            return Results.BadRequest();
        }

        return Results.Content(
            await passkeys.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = member.ToString(), Name = programme, DisplayName = programme }), "application/json");
    }

    public async Task<IResult> Make(HttpContext http)
    {
        var form = await PasskeyForm.Read(http);
        if (form.Credential is not { Length: > 0 } credential || form.Name is not { Length: > 0 and <= _longestName } name || name.Any(char.IsControl) || await Maker(form, http) is not { } member)
        {
            return Results.BadRequest();
        }

        var made = await Checked(() => passkeys.PerformPasskeyAttestationAsync(credential));
        if (made is not { Succeeded: true } || made.UserEntity.Id != member.ToString())
        {
            return Results.BadRequest();
        }

        var passkey = new Passkey(
            Guid.CreateVersion7(), member, Convert.ToHexStringLower(made.Passkey.CredentialId), made.Passkey.PublicKey, string.Join(',', made.Passkey.Transports ?? []),
            made.Passkey.IsBackupEligible, name, default);
        var hash = _codes.HashOrNone(form.Code ?? "");
        PasskeyAdded added;
        try
        {
            added = await journal.Submit<PasskeyAdded>(new AddPasskey(SignInPages.Context(member), member, passkey, hash));
        }
        catch (RefusedException)
        {
            // The code was used meanwhile, or the device has a passkey already. The page says that it did not work.
            return Results.BadRequest();
        }

        if (added.IsNewStart)
        {
            // Whoever holds the old devices is signed out too, at the authority and in apps.
            await sessions.End(member, null);
            await apps.Withdraw(member, null);
        }

        if (hash is not null)
        {
            await sessions.Begin(http, member, SignInSessions.ByPasskey);
        }

        return Results.Json(new NextPage(PagePlace.Of(options, "", form.Return).Next));
    }

    /// <summary>The member who makes a passkey: by a brand's code, or signed in.</summary>
    private async Task<MemberId?> Maker(PasskeyForm form, HttpContext http) => string.IsNullOrEmpty(form.Code)
        ? await sessions.Of(http) is { } session && sessions.IsFresh(session) ? session.MemberId : null
        : await pages.Find(http, form.Code) is { Found.NeedsNewStart: false } open ? open.Found.Code.MemberId : null;

    private async Task<MemberId?> Assert(string credential) =>
        await Checked(() => passkeys.PerformPasskeyAssertionAsync(credential)) is { Succeeded: true } proved ? proved.User.MemberId : null;

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
