using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Compliance;

/// <summary>The record of processing activities (GDPR Art. 30(1)).</summary>
internal static class ProcessingMapping
{
    private static readonly string[] _safeguards =
    [
        "Profile fields are encrypted with AES-256-GCM under a key for each member, kept in another database and wrapped by a master key.",
        "Partners meet a member by the membership number of their own programme alone, and receive a field only where scope, agreed purpose and consent cover it.",
        "Every disclosure, consent and reading of the audit trail is an entry of a signed log that cannot be changed unseen (RFC 6962).",
        "The gateway's database role can add to events and entries and cannot change or delete them.",
        "Operational logs, traces and metrics hold no personal data.",
    ];

    public static V1.GetProcessingRecordResponse Record(
        PrivacyOptions options, IReadOnlyList<(Partner Partner, IReadOnlyList<Purpose> Purposes, IReadOnlyDictionary<Purpose, long> InForce)> recipients,
        long members, long erased, DateTime now) => new()
        {
            Controller = options.Controller,
            Contact = options.Contact,
            Activities =
            {
                Activity(Purpose.ProgrammeOperation, "GDPR Art. 6(1)(b): contract", null, [DataCategory.Identifier, DataCategory.Transaction, DataCategory.Balance], $"As long as the membership lasts; books {options.BooksYears} years after it.", 0),
                recipients.SelectMany(found => found.Purposes.Select(purpose => Activity(
                    purpose, "GDPR Art. 6(1)(a): consent", found.Partner, ConsentRules.Shareable,
                    $"By the partner, until the consent ends; the proof {options.ProofYears} years after the member left.", found.InForce.GetValueOrDefault(purpose)))),
            },
            MemberCount = members,
            ErasedCount = erased,
            Safeguards = { _safeguards },
            MakeTime = now.ToWire(),
        };

    private static V1.ProcessingActivity Activity(
        Purpose purpose, string basis, Partner? partner, IReadOnlyList<DataCategory> categories, string retention, long inForce) => new()
        {
            Purpose = (V1.Purpose)(int)purpose,
            Basis = basis,
            PartnerId = partner?.Id.Value ?? "",
            PartnerName = partner?.DisplayName ?? "",
            Categories = { categories.Select(category => (V1.DataCategory)(int)category) },
            DpvTerms = { DpvTerms.Of(purpose), categories.Select(DpvTerms.Of) },
            Retention = retention,
            ConsentsInForce = inForce,
        };
}
