using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Lots;

namespace CoalitionGateway.Ledger.Earning;

/// <summary>The kind of rule that gave an award. The numbers match the contract's.</summary>
public enum AwardRule
{
    /// <summary>The agreement's rate.</summary>
    Agreement = 1,

    /// <summary>A campaign.</summary>
    Campaign = 2,

    /// <summary>The member's tier.</summary>
    Tier = 3,
}

/// <summary>Points that one rule gives for a purchase.</summary>
/// <param name="RuleId">The campaign's or the tier's id; empty for the agreement.</param>
/// <param name="RuleVersion">The version of the agreement, the campaign or the programme's terms.</param>
/// <param name="WithheldPoints">What the rule would have given more, had a cap or the campaign's budget allowed it.</param>
/// <param name="Term">When the points can be used.</param>
public sealed record Award(AwardRule Rule, string RuleId, long RuleVersion, long Points, long WithheldPoints, Term Term)
{
    /// <summary>The points that the member gets by activating the campaign. <see cref="Points"/> are then 0.</summary>
    public long WaitingPoints { get; init; }

    /// <summary>The points that returns have taken in total once a part of the purchase is returned.</summary>
    public long TakenAfter(long returnedMicros, long amountMicros) => (long)((Int128)Points * returnedMicros / amountMicros);

    internal static void Encode(CanonicalWriter writer, Award award)
    {
        writer.Number((int)award.Rule).Text(award.RuleId).Number(award.RuleVersion).Number(award.Points).Number(award.WithheldPoints);
        award.Term.Encode(writer);
        writer.Number(award.WaitingPoints);
    }

    internal static Award Decode(CanonicalReader reader)
    {
        var award = new Award(reader.Value<AwardRule>(), reader.Text(), reader.Number(), reader.Number(), reader.Number(), Term.Decode(reader));
        return award with { WaitingPoints = reader.Number() };
    }
}
