using System.Text.Json.Nodes;
using CoalitionGateway.Client;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.V1;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Cli.Demo;

/// <summary>The privacy chapters: members decide which data partners get, and each decision can be proved.</summary>
internal sealed partial class CoalitionStory
{
    // The disclosure to The Beanery that released fields.
    private Guid _disclosed;

    // The event by which Astrid gave consent.
    private string _given = "";

    private async Task Share()
    {
        await story.Step("The Beanery asks for Astrid's profile, for marketing: no consent, nothing released", async () =>
        {
            var answer = await Ask();
            story.Expect("e-mail", "", answer.Member.Profile.Email);
            story.Expect("withheld fields", 7, answer.Withheld.Count);
            return $"withheld: {string.Join(", ", answer.Withheld.Select(field => field.Field))}";
        });
        await story.Step("Astrid reads the notice in Swedish and lets The Beanery have her contact data, for marketing", async () =>
        {
            var notice = (await _astrid.Consents.GetNoticeAsync(new GetNoticeRequest { Language = "sv" })).Notice;
            var consent = (await _astrid.Consents.GiveConsentAsync(new GiveConsentRequest
            {
                RequestId = RequestIds.New(),
                PartnerId = "beanery",
                Purpose = Purpose.Marketing,
                Categories = { DataCategory.Contact },
                NoticeVersion = notice.Version,
                NoticeLanguage = notice.Language,
            })).Consent;
            story.Expect("state", ConsentState.Given, consent.State);
            _given = consent.ConsentEventId;
            return $"notice {notice.Version} ({notice.Language}): “{notice.Text.Split('\n')[0].TrimStart('#', ' ')}”";
        });
        await story.Step("The Beanery asks again: contact data released, the rest still withheld", async () =>
        {
            var answer = await Ask();
            story.Expect("e-mail", "astrid.berg@example.com", answer.Member.Profile.Email);
            story.Expect("name", "", answer.Member.Profile.DisplayName);
            _disclosed = Guid.Parse(answer.DisclosureId);
            return $"{answer.Member.Profile.Email}, {answer.Member.Profile.PhoneNumber}; on the strength of consent event {answer.ConsentEventId}";
        });
        await story.Step("Astrid takes her consent back, and The Beanery asks once more", async () =>
        {
            await _astrid.Consents.WithdrawConsentAsync(new WithdrawConsentRequest { RequestId = RequestIds.New(), PartnerId = "beanery", Purpose = Purpose.Marketing });
            var answer = await Ask();
            story.Expect("e-mail", "", answer.Member.Profile.Email);
            return $"{answer.Withheld.Count} fields withheld";
        });
    }

    private async Task Prove()
    {
        await story.Step("The compliance officer sees all of it", async () =>
        {
            var filter = new ListDisclosuresRequest { ProgrammeId = "bean-stars", MembershipNumber = _astridAtBeanery };
            var disclosures = (await _officer.Audit.ListDisclosuresAsync(filter)).Disclosures;
            var consents = (await _officer.Audit.ListConsentEventsAsync(new ListConsentEventsRequest { ProgrammeId = "bean-stars", MembershipNumber = _astridAtBeanery })).Events;
            story.Expect("disclosures", 3, disclosures.Count);
            story.Expect("consent events", 2, consents.Count);
            story.Expect("cited consent", consents[0].EventId, disclosures[1].ConsentEventId);
            return $"{consents.Count} consent events, {disclosures.Count} answers to The Beanery, {disclosures.Count(disclosure => disclosure.ReleasedFields.Count > 0)} of them with data";
        });
        await story.Step("A stranger is shown The Beanery's second answer, the consent and the notice behind it: checked without the gateway", async () =>
        {
            var bundle = await Proof.Of(_disclosed, data);
            var key = (await _beanery.Audit.GetCheckpointAsync(new GetCheckpointRequest())).Checkpoint.VerifierKey;
            story.Expect("what stands against it", "", string.Join(' ', bundle.Check(key, Gateway.CategoryOf).Problems));
            story.Expect("language of the notice", "sv", bundle.Notice?.Language);
            return $"entry {bundle.Event.LogIndex} of the signed log; consent: entry {bundle.Consent?.LogIndex}; notice {bundle.Notice?.Version}, as it was shown";
        });
        await story.Step("Astrid's receipt for her consent: read and verified without the gateway", async () =>
        {
            var receipt = (await _astrid.Consents.GetConsentReceiptAsync(new GetConsentReceiptRequest { ConsentEventId = _given })).Receipt;
            var key = (await _beanery.Audit.GetCheckpointAsync(new GetCheckpointRequest())).Checkpoint.VerifierKey;
            var record = JsonNode.Parse(Gateway.ReadReceipt(receipt, key) ?? "{}");
            story.Expect("record", _given, record?["record_id"]?.GetValue<string>());
            story.Expect("altered", null, Gateway.ReadReceipt(receipt[..^2] + (receipt[^2] == 'A' ? 'B' : 'A') + receipt[^1], key));
            return $"{record?["schema_version"]}: {record?["event"]?["event_state"]} for {record?["pii_processing"]?["purposes"]?[0]?["purpose"]}, signed by the log's key";
        });
    }

    private async Task TakeAndForget()
    {
        await story.Step("Astrid takes all that the coalition holds about her", async () =>
        {
            using var call = _astrid.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json });
            var parts = await call.ResponseStream.ReadAllAsync().Select(part => part.Chunk).ToArrayAsync();
            var document = JsonParser.Default.Parse<PersonalData>(ByteString.CopyFrom([.. parts.SelectMany(part => part)]).ToStringUtf8());
            story.Expect("recipients", 1, document.Recipients.Count);
            story.Expect("miles", document.Balances.Single(balance => balance.ProgrammeId == _airline).AvailablePoints, document.Movements.Where(movement => movement.ProgrammeId == _airline).Sum(movement => movement.Points));
            var recipient = document.Recipients[0];
            return $"{document.Events.Count} events, {document.Movements.Count} movements; received data: {recipient.DisplayName}, {string.Join(" and ", recipient.Fields)}, for {recipient.Purpose}";
        });
        await story.Step("Maja asks to be forgotten; her points are in the way until she lets them go", async () =>
        {
            var refusal = await story.ExpectRefusal(StatusCode.FailedPrecondition, "POINTS_REMAIN", async () =>
                await _maja.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New() }));
            return $"{refusal?.ReasonText}: {refusal?.Metadata.GetValueOrDefault("points")}";
        });
        await story.Step("Maja is erased: key, numbers and tokens are gone, and her partners are told", async () =>
        {
            var erased = await _maja.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New(), SettlePoints = true });
            story.Expect("lapsed", 500, erased.Settled.Single().LapsedPoints);
            await story.ExpectRefusal(StatusCode.Unauthenticated, "TOKEN_INVALID", async () => await _maja.Members.GetBalancesAsync(new GetBalancesRequest()));
            var told = (await _fjord.Privacy.ListNotificationsAsync(new ListNotificationsRequest())).Notifications.Single();
            await _fjord.Privacy.AcknowledgeNotificationAsync(new AcknowledgeNotificationRequest { RequestId = RequestIds.New(), NotificationId = told.NotificationId });
            return $"{erased.Settled.Single().Points} points lapsed; Fjord Foods was told of {told.MembershipNumber} and has acknowledged; kept by law: {erased.Kept.Count} things";
        });
        await story.Step("The books and the log still verify, every posting and every hash", () =>
        {
            var report = Verification.Run(data);
            story.Expect("problems", "", string.Join("; ", report.Problems));
            return Task.FromResult($"{report.Events} events, {report.Entries} entries, {report.Covered} of them under a signed checkpoint");
        });
    }
}
