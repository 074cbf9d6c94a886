using CoalitionGateway.V1;

namespace CoalitionGateway.Cli.Replay;

/// <summary>The rules of one brand, as a rule file has them: without the ids of the brand and its programme.</summary>
/// <param name="Place">The place in the rule file, for messages.</param>
/// <param name="Agreement">Null: 1 point for each whole pound.</param>
/// <param name="Terms">Null: points never expire, are never pending and have no cap.</param>
internal sealed record BrandRules(string Place, Agreement? Agreement, ProgrammeTerms? Terms, IReadOnlyList<Campaign> Campaigns);
