using System.Security.Cryptography;

namespace CoalitionGateway.Ledger.Members;

/// <summary>
/// The programme in which a member's purchases at a brand earn points, from a time on, until the member chooses again. A
/// purchase that arrives late earns in the programme that was chosen when it was made.
/// </summary>
public sealed record Choice(MemberId MemberId, PartnerId PartnerId, DateTime FromTime, ProgrammeId ProgrammeId) : Row
{
    public override Key Primary => new Of(MemberId, PartnerId, FromTime);

    public override bool IsDeletable => true;

    public override IEnumerable<Key> Sets => [new ByMember(MemberId), new ByBrand(MemberId, PartnerId)];

    /// <summary>The choice that held at a time; null if there was none.</summary>
    public static Choice? At(IReadOnlyList<Choice> choices, DateTime time)
    {
        var found = default(Choice);
        foreach (var choice in choices)
        {
            if (choice.FromTime <= time && (found is null || choice.FromTime > found.FromTime))
            {
                found = choice;
            }
        }

        return found;
    }

    public sealed record Of(MemberId MemberId, PartnerId PartnerId, DateTime FromTime) : Key<Choice>;

    public sealed record ByMember(MemberId MemberId) : SetKey<Choice>;

    /// <summary>All choices of a member for one brand.</summary>
    public sealed record ByBrand(MemberId MemberId, PartnerId PartnerId) : SetKey<Choice>;
}
