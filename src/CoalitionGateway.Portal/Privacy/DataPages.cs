using System.Security.Claims;
using CoalitionGateway.Portal.Layout;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;

namespace CoalitionGateway.Portal.Privacy;

/// <summary>The pages of a member's rights (GDPR Art. 15 to 21): a copy, corrections, a restriction, a code for a child, and erasure.</summary>
internal static class DataPages
{
    private const string _path = "/data";

    public static void Map(RouteGroupBuilder members)
    {
        members.MapGet(_path, (Visit visit) => Show(visit, null));
        members.MapPost("/data/copy", Copy);
        members.MapPost("/data/profile", Correct);
        members.MapPost("/data/link", Link);
        members.MapPost("/data/restrict", Restrict);
        members.MapPost("/data/lift", (Visit visit) => Change(visit, "lifted", async () => await visit.Gateway.Privacy.LiftRestrictionAsync(
            new LiftRestrictionRequest { RequestId = visit.RequestId }, cancellationToken: visit.Cancel)));
        members.MapPost("/data/guardian", MakeGuardianCode);
        members.MapGet("/data/erase", (Visit visit) => Preview(visit, null));
        members.MapPost("/data/erase", Erase);
    }

    private static async Task<IResult> Show(Visit visit, Problem? problem, string at = "", CreateGuardianCodeResponse? code = null)
    {
        var member = await visit.Gateway.Members.GetMemberAsync(new GetMemberRequest(), cancellationToken: visit.Cancel);
        var profile = at == "profile" ? Typed(visit) : member.Member.Profile ?? new MemberProfile();
        return Page.Of<DataPage, DataView>(visit, new DataView(await visit.Names(), member.Memberships, profile, code, problem, at), problem);
    }

    private static async Task<IResult> Correct(Visit visit) => await Change(visit, "corrected", async () => await visit.Gateway.Privacy.RectifyProfileAsync(
        new RectifyProfileRequest { RequestId = visit.RequestId, Profile = Typed(visit), GuardianCode = visit.Form("guardian_code") }, cancellationToken: visit.Cancel), "profile");

    private static async Task<IResult> Link(Visit visit) => await Change(visit, "linked", async () => await visit.Gateway.Members.LinkMembershipAsync(
        new LinkMembershipRequest
        {
            RequestId = visit.RequestId, ProgrammeId = visit.Form("programme"), MembershipNumber = visit.Form("number"),
            LinkCode = string.Concat(visit.Form("code").Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant(),
        },
        cancellationToken: visit.Cancel), "link");

    private static async Task<IResult> Restrict(Visit visit)
    {
        _ = System.Enum.TryParse<RestrictionGround>(visit.Form("ground"), out var ground);
        return await Change(visit, "restricted", async () => await visit.Gateway.Privacy.RestrictProcessingAsync(
            new RestrictProcessingRequest { RequestId = visit.RequestId, Ground = ground }, cancellationToken: visit.Cancel), "restrict");
    }

    /// <summary>Shows the code at once: it is told only in this answer.</summary>
    private static async Task<IResult> MakeGuardianCode(Visit visit)
    {
        CreateGuardianCodeResponse? made = null;
        var problem = await visit.Try(async () => made = await visit.Gateway.Consents.CreateGuardianCodeAsync(
            new CreateGuardianCodeRequest { RequestId = visit.RequestId }, cancellationToken: visit.Cancel));
        return await Show(visit, problem, "guardian", made);
    }

    private static async Task<IResult> Change(Visit visit, string done, Func<Task> change, string at = "")
    {
        var problem = await visit.Try(change);
        return problem is null ? Visit.Go($"{_path}?done={done}") : await Show(visit, problem, at);
    }

    /// <summary>The member's copy, passed on while the gateway makes it: it may be long. A form, because the log records each copy.</summary>
    private static async Task Copy(Visit visit)
    {
        var isPage = visit.Form("format") != "json";
        var request = new StreamPersonalDataRequest { Format = isPage ? DocumentFormat.Html : DocumentFormat.Json };
        using var call = visit.Gateway.Privacy.StreamPersonalData(request, cancellationToken: visit.Cancel);
        var response = visit.Http.Response;
        while (await call.ResponseStream.MoveNext(visit.Cancel))
        {
            if (!response.HasStarted)
            {
                response.ContentType = isPage ? "text/html; charset=utf-8" : "application/json";
                response.Headers.ContentDisposition = $"attachment; filename=\"my-data.{(isPage ? "html" : "json")}\"";
            }

            await response.Body.WriteAsync(call.ResponseStream.Current.Chunk.Memory, visit.Cancel);
            await response.Body.FlushAsync(visit.Cancel);
        }
    }

    private static async Task<IResult> Preview(Visit visit, Problem? problem)
    {
        PreviewErasureResponse? preview = null;
        var held = await visit.Try(async () => preview = await visit.Gateway.Privacy.PreviewErasureAsync(new PreviewErasureRequest(), cancellationToken: visit.Cancel));
        return Page.Of<ErasePage, EraseView>(visit, new EraseView(await visit.Names(), preview, problem ?? held), problem);
    }

    private static async Task<IResult> Erase(Visit visit)
    {
        if (visit.Form("sure") != "yes")
        {
            return await Preview(visit, new Problem("sure", visit.Words.EraseNotSure));
        }

        EraseMemberResponse? made = null;
        var problem = await visit.Try(async () => made = await visit.Gateway.Privacy.EraseMemberAsync(
            new EraseMemberRequest { RequestId = visit.RequestId, SettlePoints = true }, cancellationToken: visit.Cancel));
        if (made is null)
        {
            return await Preview(visit, problem);
        }

        var names = await visit.Names();
        await visit.Http.SignOutAsync();
        visit.Http.User = new ClaimsPrincipal();
        return Page.Of<ErasedPage, ErasedView>(visit, new ErasedView(names, made));
    }

    private static MemberProfile Typed(Visit visit) => new()
    {
        DisplayName = visit.Form("display_name"), BirthDate = visit.Form("birth_date"), Email = visit.Form("email"),
        PhoneNumber = string.Concat(visit.Form("phone_number").Where(letter => letter is not (' ' or '-'))), PostalCode = visit.Form("postal_code"), CountryCode = visit.Form("country_code").ToUpperInvariant(),
    };
}

/// <param name="Profile">What is stored, or what the member typed if it was refused.</param>
/// <param name="GuardianCode">A code that was made just now; null: none.</param>
/// <param name="At">The form that the problem is about.</param>
public sealed record DataView(
    Names Names, IReadOnlyList<Membership> Memberships, MemberProfile Profile, CreateGuardianCodeResponse? GuardianCode, Problem? Problem, string At)
{
    public Problem? ProblemOf(string field) => At == "profile" && Problem?.IsOf(field) == true ? Problem : null;
}

/// <param name="Preview">Null: the erasure would be refused.</param>
public sealed record EraseView(Names Names, PreviewErasureResponse? Preview, Problem? Problem);

public sealed record ErasedView(Names Names, EraseMemberResponse Erased);
