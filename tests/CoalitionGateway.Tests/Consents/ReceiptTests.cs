using System.Text.Json.Nodes;
using CoalitionGateway.Audit;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace CoalitionGateway.Tests.Consents;

/// <summary>
/// Receipts say what was recorded. The log's key alone verifies them, and a receipt with one changed character fails.
/// </summary>
public sealed class ReceiptTests(TestCoalition coalition)
{
    [Fact]
    public async Task Receipt_SaysWhatWasRecorded_AndIsVerifiedWithTheLogsKey()
    {
        var member = await coalition.Member(coalition.Alpha);
        var acted = DateTime.UtcNow;
        var consent = await Give(member.Client, new ConsentContext { Channel = ConsentChannel.Paper, Jurisdiction = "SE", ActTime = Timestamp.FromDateTime(acted) });
        var receipt = await Receipt(member.Client, consent.ConsentEventId);
        var record = JsonNode.Parse(Gateway.ReadReceipt(receipt, await Key())!)!;

        Assert.Equal("ISO/IEC TS 27560:2023", record["schema_version"]!.GetValue<string>());
        Assert.Equal(consent.ConsentEventId, record["record_id"]!.GetValue<string>());
        var purpose = record["pii_processing"]!["purposes"]![0]!;
        Assert.Equal(("marketing", "https://w3id.org/dpv#DirectMarketing", "SE"), (purpose["purpose"]!.GetValue<string>(), purpose["purpose_type"]!.GetValue<string>(), purpose["jurisdiction"]!.GetValue<string>()));
        Assert.Equal("https://w3id.org/dpv/pd#Contact", Assert.Single(purpose["pii_information"]!.AsArray())!["pii_attribute_id"]!.GetValue<string>());
        var notice = (await member.Client.Consents.GetNoticeAsync(new GetNoticeRequest { Language = "sv" })).Notice;
        Assert.Equal(Convert.ToHexStringLower(notice.TextSha256.Span), record["pii_processing"]!["privacy_notice"]!["sha256"]!.GetValue<string>());
        var happened = record["event"]!;
        Assert.Equal(("given", "paper"), (happened["event_state"]!.GetValue<string>(), happened["channel"]!.GetValue<string>()));
        Assert.InRange((DateTime.Parse(happened["event_time"]!.GetValue<string>()).ToUniversalTime() - acted).TotalMilliseconds, -1, 1);

        // The officer gets the same answer about the event.
        var number = member.Numbers[coalition.Alpha.ProgrammeId];
        var told = Assert.Single((await coalition.Gateway.Officer.Audit.ListConsentEventsAsync(new ListConsentEventsRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = number })).Events);
        Assert.Equal(("paper", "SE", $"member:{told.MemberId}", ""), (told.Channel, told.Jurisdiction, told.Actor, told.GuardianId));
        Assert.True(told.ActTime.ToDateTime() < told.RecordTime.ToDateTime());
    }

    [Fact]
    public async Task Receipt_AnyCharacterChangedOrAnotherKey_IsInvalid()
    {
        var member = await coalition.Member(coalition.Alpha);
        var receipt = await Receipt(member.Client, (await Give(member.Client, null)).ConsentEventId);
        var key = await Key();
        Assert.NotNull(Gateway.ReadReceipt(receipt, key));
        for (var i = 0; i < receipt.Length - 1; i += 7)
        {
            var altered = receipt[..i] + (receipt[i] == 'A' ? 'B' : 'A') + receipt[(i + 1)..];
            Assert.Null(Gateway.ReadReceipt(altered, key));
        }

        await using var other = new TestCoalition();
        await other.InitializeAsync();
        other.Gateway.TakeIn();
        Assert.Null(Gateway.ReadReceipt(receipt, (await other.Gateway.Officer.Audit.GetCheckpointAsync(new GetCheckpointRequest())).Checkpoint.VerifierKey));
        Assert.Null(Gateway.ReadReceipt(receipt, "no key"));
        Assert.Equal("consent-receipt+jwt", new JsonWebToken(receipt).Typ);
    }

    [Fact]
    public async Task Receipt_OfAnotherMember_IsGivenToTheOfficerOnly()
    {
        var (member, other) = (await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Alpha));
        var consent = await Give(member.Client, null);
        await Refusals.Refused(StatusCode.NotFound, "EVENT_NOT_FOUND", () => other.Client.Consents.GetConsentReceiptAsync(new GetConsentReceiptRequest { ConsentEventId = consent.ConsentEventId }));
        Assert.NotEqual("", await Receipt(coalition.Gateway.Officer, consent.ConsentEventId));
    }

    /// <summary>
    /// A child of twelve in Sweden, where the age of consent is thirteen. An adult's code is needed. It is valid once, and the
    /// event names the adult.
    /// </summary>
    [Fact]
    public async Task Child_ConsentsWithAnAdultsCode()
    {
        var born = DateTime.UtcNow.AddYears(-13).AddDays(2).ToString("yyyy-MM-dd");
        var child = await coalition.Member(new MemberProfile { BirthDate = born, CountryCode = "SE" }, coalition.Alpha);
        var adult = await coalition.Member(new MemberProfile { BirthDate = "1980-01-01", CountryCode = "SE" }, coalition.Alpha);
        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "GUARDIAN_NEEDED", () => Give(child.Client, null));
        Assert.Equal("13", refusal.Metadata["age_of_consent"]);
        await Refusals.Refused(StatusCode.FailedPrecondition, "GUARDIAN_NOT_ADULT", () => child.Client.Consents.CreateGuardianCodeAsync(new CreateGuardianCodeRequest { RequestId = RequestIds.New() }));

        var code = (await adult.Client.Consents.CreateGuardianCodeAsync(new CreateGuardianCodeRequest { RequestId = RequestIds.New() })).GuardianCode;
        var consent = await Give(child.Client, null, code.ToLowerInvariant());
        Assert.Equal(ConsentState.Given, consent.State);
        await Refusals.Refused(StatusCode.PermissionDenied, "GUARDIAN_CODE_INVALID", () => Give(child.Client, null, code));
        var number = child.Numbers[coalition.Alpha.ProgrammeId];
        var made = Assert.Single((await coalition.Gateway.Officer.Audit.ListConsentEventsAsync(new ListConsentEventsRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = number })).Events);
        Assert.Equal(await coalition.Gateway.MemberId(adult.Numbers[coalition.Alpha.ProgrammeId]), made.GuardianId);

        // A no needs no guardian.
        await child.Client.Consents.WithdrawConsentAsync(new WithdrawConsentRequest { RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing });
    }

    private async Task<string> Key()
    {
        coalition.Gateway.TakeIn();
        return (await coalition.Gateway.Officer.Audit.GetCheckpointAsync(new GetCheckpointRequest())).Checkpoint.VerifierKey;
    }

    private static async Task<string> Receipt(CoalitionClient client, string consentEvent) =>
        (await client.Consents.GetConsentReceiptAsync(new GetConsentReceiptRequest { ConsentEventId = consentEvent })).Receipt;

    private static async Task<Consent> Give(CoalitionClient client, ConsentContext? context, string code = "") => (await client.Consents.GiveConsentAsync(new GiveConsentRequest
    {
        RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "sv",
        Context = context, GuardianCode = code,
    })).Consent;
}
