using System.Text.Json.Nodes;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Wire;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CoalitionGateway.Consents;

/// <summary>
/// Writes an event of a consent as a receipt that its holder can verify alone: a compact JWS (RFC 7515), ES256 with the
/// audit log's key, over a record in the form of ISO/IEC TS 27560:2023 (record header, processing, parties, event).
/// </summary>
internal sealed class ConsentReceipts(GatewayOptions options, GatewayKeys keys, Notices notices)
{
    private static readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly SigningCredentials _signing = new(new ECDsaSecurityKey(keys.Log), SecurityAlgorithms.EcdsaSha256);

    public string Sign(ConsentEvent made, string partnerName)
    {
        var verifier = SignedNote.VerifierKey(options.LogName, keys.Log);
        return _handler.CreateToken(
            Record(made, partnerName).ToJsonString(), _signing, new Dictionary<string, object> { ["typ"] = ConsentReceipt.Type, ["verifier_key"] = verifier });
    }

    private JsonObject Record(ConsentEvent made, string partnerName)
    {
        var consent = made.Consent;
        var text = notices.Find(consent.NoticeVersion, consent.NoticeLanguage)?.Text;
        return new JsonObject
        {
            ["schema_version"] = ConsentReceipt.SchemaVersion,
            ["record_id"] = made.Id.ToString(),
            ["pii_principal_id"] = made.MemberId.ToString(),
            ["pii_processing"] = new JsonObject
            {
                ["privacy_notice"] = new JsonObject
                {
                    ["version"] = consent.NoticeVersion,
                    ["language"] = consent.NoticeLanguage,
                    ["sha256"] = Convert.ToHexStringLower(consent.NoticeSha256),
                    ["title"] = text?.Split('\n')[0].TrimStart('#', ' '),
                },
                ["purposes"] = new JsonArray(new JsonObject
                {
                    ["purpose"] = consent.Purpose.Name(),
                    ["purpose_type"] = DpvTerms.Of(consent.Purpose),
                    ["lawful_basis"] = "https://w3id.org/dpv#Consent",
                    ["pii_information"] = new JsonArray([.. consent.CategoryList.Select(category => (JsonNode)new JsonObject
                    {
                        ["pii_type"] = category.ToString().ToLowerInvariant(), ["pii_attribute_id"] = DpvTerms.Of(category),
                    })]),
                    ["pii_controllers"] = new JsonArray(made.PartnerId.Value),
                    ["withdrawal_method"] = "coalition.gateway.v1.ConsentService/WithdrawConsent",
                    ["storage_conditions"] = "Until the consent ends.",
                    ["jurisdiction"] = made.Act?.Jurisdiction,
                }),
            },
            ["party_identification"] = new JsonArray(
                new JsonObject { ["party_id"] = made.PartnerId.Value, ["party_name"] = partnerName, ["party_role"] = "pii_controller" },
                new JsonObject { ["party_id"] = options.LogName, ["party_name"] = options.Privacy.Controller, ["party_contact"] = options.Privacy.Contact, ["party_role"] = "operator" }),
            ["event"] = new JsonObject
            {
                ["event_time"] = (made.Act?.Time ?? made.Time).ToString("O"),
                ["record_time"] = made.Time.ToString("O"),
                ["event_type"] = "explicit",
                ["event_state"] = consent.State.ToString().ToLowerInvariant(),
                ["entity_id"] = made.Header.Actor.ToString(),
                ["channel"] = made.Act?.Channel,
                ["guardian_id"] = made.Act?.GuardianId?.ToString(),
            },
        };
    }
}
