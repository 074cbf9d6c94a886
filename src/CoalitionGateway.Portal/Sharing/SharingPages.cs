using CoalitionGateway.Portal.Layout;
using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Sharing;

/// <summary>The pages on which a member decides what each brand may know, for each purpose (GDPR Art. 7).</summary>
internal static class SharingPages
{
    private const string _path = "/sharing";

    public static void Map(RouteGroupBuilder members)
    {
        members.MapGet(_path, (Visit visit) => List(visit, null));
        members.MapPost("/sharing/withdraw", WithdrawOne);
        members.MapPost("/sharing/refuse-all", RefuseAll);
        members.MapGet("/sharing/{partner}/{purpose}", (Visit visit, string partner, string purpose) => Ask(visit, partner, PurposeOf(purpose), null));
        members.MapPost("/sharing/{partner}/{purpose}", Answer);
    }

    private static async Task<IResult> List(Visit visit, Problem? problem) => Page.Of<SharingPage, SharingView>(
        visit, new SharingView(await visit.Names(), await Consents(visit), problem), problem);

    private static async Task<IReadOnlyList<Consent>> Consents(Visit visit) =>
        await Client.Pages.Of(new ListConsentsRequest { PageSize = 200 }, visit.Gateway.Consents.ListConsentsAsync, page => page.Consents, visit.Cancel).ToListAsync(visit.Cancel);

    private static async Task<IResult> WithdrawOne(Visit visit)
    {
        var problem = await visit.Try(() => Withdraw(visit, visit.Form("brand"), PurposeOf(visit.Form("purpose"))));
        return problem is null ? Visit.Go($"{_path}?done=withdrawn") : await List(visit, problem);
    }

    private static async Task<IResult> RefuseAll(Visit visit)
    {
        var problem = await visit.Try(async () => await visit.Gateway.Consents.RefuseSharingAsync(
            new RefuseSharingRequest { RequestId = visit.RequestId, Signal = RefusalSignal.Member }, cancellationToken: visit.Cancel));
        return problem is null ? Visit.Go($"{_path}?done=refused-all") : await List(visit, problem);
    }

    /// <summary>Asks one consent: the notice beside what may be known, and three answers of equal weight.</summary>
    private static async Task<IResult> Ask(Visit visit, string partner, Purpose purpose, Problem? problem)
    {
        var (names, consents) = (await visit.Names(), await Consents(visit));
        if (names.Partners.FirstOrDefault(one => one.Partner.PartnerId == partner) is not { } found || !found.Purposes.Contains(purpose))
        {
            return Page.Of<FailurePage, Failure>(visit, Failure.NotFound, StatusCodes.Status404NotFound);
        }

        var notice = (await visit.Gateway.Consents.GetNoticeAsync(new GetNoticeRequest { Language = visit.Words.Language.Code }, cancellationToken: visit.Cancel)).Notice;
        var held = consents.FirstOrDefault(one => one.PartnerId == partner && one.Purpose == purpose);
        return Page.Of<ConsentPage, ConsentView>(visit, new ConsentView(names, partner, purpose, held, notice, problem), problem);
    }

    private static async Task<IResult> Answer(Visit visit, string partner, string purpose)
    {
        var asked = PurposeOf(purpose);
        var (problem, done) = visit.Form("answer") switch
        {
            "yes" => (await visit.Try(() => Give(visit, partner, asked)), "given"),
            "later" => (await visit.Try(() => Defer(visit, partner, asked)), "deferred"),
            "no" when await IsInForce(visit, partner, asked) => (await visit.Try(() => Withdraw(visit, partner, asked)), "withdrawn"),
            "no" => (await visit.Try(() => Refuse(visit, partner, asked)), "refused"),
            _ => (new Problem("", visit.Words.AnswerNeeded), ""),
        };
        return problem is null ? Visit.Go($"{_path}?done={done}") : await Ask(visit, partner, asked, problem);
    }

    /// <summary>A no to a consent in force withdraws it.</summary>
    private static async Task<bool> IsInForce(Visit visit, string partner, Purpose purpose) =>
        (await Consents(visit)).Any(one => one.PartnerId == partner && one.Purpose == purpose && one.IsInForce());

    private static async Task Give(Visit visit, string partner, Purpose purpose) => await visit.Gateway.Consents.GiveConsentAsync(
        new GiveConsentRequest
        {
            RequestId = visit.RequestId, PartnerId = partner, Purpose = purpose, Categories = { Ticked(visit) }, NoticeVersion = visit.Form("notice_version"),
            NoticeLanguage = visit.Form("notice_language"), Context = ByWeb(), GuardianCode = visit.Form("guardian_code"),
        },
        cancellationToken: visit.Cancel);

    private static async Task Defer(Visit visit, string partner, Purpose purpose) => await visit.Gateway.Consents.DeferConsentAsync(
        new DeferConsentRequest
        {
            RequestId = visit.RequestId, PartnerId = partner, Purpose = purpose, NoticeVersion = visit.Form("notice_version"), NoticeLanguage = visit.Form("notice_language"), Context = ByWeb(),
        },
        cancellationToken: visit.Cancel);

    private static async Task Refuse(Visit visit, string partner, Purpose purpose) => await visit.Gateway.Consents.RefuseConsentAsync(
        new RefuseConsentRequest
        {
            RequestId = visit.RequestId, PartnerId = partner, Purpose = purpose, NoticeVersion = visit.Form("notice_version"), NoticeLanguage = visit.Form("notice_language"), Context = ByWeb(),
        },
        cancellationToken: visit.Cancel);

    private static async Task Withdraw(Visit visit, string partner, Purpose purpose) => await visit.Gateway.Consents.WithdrawConsentAsync(
        new WithdrawConsentRequest { RequestId = visit.RequestId, PartnerId = partner, Purpose = purpose, Context = ByWeb() }, cancellationToken: visit.Cancel);

    /// <summary>The purpose in an address; unspecified, and so not found, if it is none.</summary>
    private static Purpose PurposeOf(string text) => System.Enum.TryParse<Purpose>(text, out var purpose) && System.Enum.IsDefined(purpose) ? purpose : Purpose.Unspecified;

    private static IEnumerable<DataCategory> Ticked(Visit visit) => ConsentView.Categories.Where(category => visit.Http.Request.Form["category"].Contains(category.ToString()));

    private static ConsentContext ByWeb() => new() { Channel = ConsentChannel.Web };
}

public sealed record SharingView(Names Names, IReadOnlyList<Consent> Consents, Problem? Problem)
{
    public Consent? Held(string partnerId, Purpose purpose) => Consents.FirstOrDefault(one => one.PartnerId == partnerId && one.Purpose == purpose);
}

/// <param name="Held">The member's latest answer, or the brand's question; null: neither.</param>
public sealed record ConsentView(Names Names, string PartnerId, Purpose Purpose, Consent? Held, Notice Notice, Problem? Problem)
{
    /// <summary>The categories that a consent can cover.</summary>
    public static readonly IReadOnlyList<DataCategory> Categories = [DataCategory.Identity, DataCategory.Contact, DataCategory.Location, DataCategory.Relationship];

    /// <summary>Whether a box is ticked at first: only what the member consents to now. Nothing is ticked in advance (GDPR recital 32).</summary>
    public bool IsTicked(DataCategory category) => Held.IsInForce() && Held!.Categories.Contains(category);
}
