namespace CoalitionGateway.Ledger.Programmes;

/// <summary>Refusals that several capabilities share.</summary>
public static class ProgrammeRefusals
{
    public static Refusal PartnerNotFound(PartnerId id, string field) =>
        new Refusal(RefusalReason.PartnerNotFound, $"There is no partner {id}.", field).With("partner_id", id.Value);

    public static Refusal ProgrammeNotFound(ProgrammeId id, string field) =>
        new Refusal(RefusalReason.ProgrammeNotFound, $"There is no programme {id}; ListProgrammes shows those there are.", field)
            .With("programme_id", id.Value);

    public static Refusal AgreementNotFound(PartnerId partner, ProgrammeId programme, IEnumerable<Agreement> offered) =>
        new Refusal(RefusalReason.AgreementNotFound, $"{partner} gives no points of {programme}.")
            .With("partner_id", partner.Value).With("programme_id", programme.Value)
            .With("offered_programme_ids", string.Join(',', offered.Select(agreement => agreement.ProgrammeId.Value).Distinct().Order(StringComparer.Ordinal)));

    public static Refusal CurrencyMismatch(string expected, string actual, string field) =>
        new Refusal(RefusalReason.CurrencyMismatch, $"The amount is in {actual}; it must be in {expected}.", field)
            .With("expected", expected).With("actual", actual);

    public static Refusal RuleInThePast(DateTime now, string field) =>
        new Refusal(RefusalReason.RuleInThePast, "Rules hold from their publication on at the earliest; purchases of the past have earned already.", field)
            .With("earliest_time", $"{now:O}");

    public static Refusal AmountTooLarge(string field) =>
        new Refusal(RefusalReason.AmountTooLarge, $"One command moves at most {Points.MaxPerCommand} points.", field)
            .With("maximum_points", Points.MaxPerCommand);
}
