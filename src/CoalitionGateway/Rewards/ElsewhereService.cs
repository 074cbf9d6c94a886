using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Disclosure;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Rewards;

/// <summary>
/// What a member could use at a brand from programmes that are not the brand's own. It leaves the coalition's gate like other data about
/// a member: by consent, and recorded.
/// </summary>
internal sealed class ElsewhereService(LedgerStore store, Catalogue catalogue, DisclosureGate gate)
{
    /// <summary>Adds it to an answer, as far as it may be released. A brand to which it cannot apply costs no look at the member.</summary>
    /// <param name="own">The brand's own programme, which is not part of it.</param>
    public async Task AddTo(
        V1.IdentifyMemberResponse answer, Caller caller, string number, Purpose purpose, ProgrammeId own, DateTime now,
        CancellationToken cancellation)
    {
        var partner = caller.PartnerId();
        var honoured = (await catalogue.HonouredBy(partner)).Where(reward => reward.ProgrammeId != own)
            .ToLookup(reward => reward.ProgrammeId);
        var accepted = await store.Read(rows => Accepted(rows, partner, own, now), cancellation);
        if (accepted.Count == 0 && honoured.Count == 0)
        {
            return;
        }

        var disclosure = await gate.DiscloseIfAny(caller, number, purpose, DisclosureGate.OfElsewhere, cancellation);
        answer.Withheld.AddRange(DisclosureGate.Withheld(DisclosureGate.OfElsewhere, disclosure));
        if (disclosure.Released.Count == 0)
        {
            return;
        }

        ProgrammeId[] programmes = [.. accepted.Union(honoured.Select(rewards => rewards.Key))
            .OrderBy(id => id.Value, StringComparer.Ordinal)];
        var found = await store.Read(
            rows => programmes.Select(id => Of(rows, disclosure.MemberId, id, [.. honoured[id]], partner, now)).OfType<IdentifiedMember>()
                .ToArray(), cancellation);
        var elsewhere = new V1.Elsewhere
        {
            Points = { found.Where(there => there.SpendablePoints > 0 && accepted.Contains(there.Programme.Id))
                .Select(there => there.ToElsewherePoints()) },
            Rewards = { found.SelectMany(there => there.Rewards.Select(reward => reward.ToElsewhere())) },
        };
        answer.Elsewhere = DisclosureGate.Release(elsewhere, disclosure, "elsewhere.");
        (answer.DisclosureId, answer.ConsentEventId) = ($"{disclosure.Id}", disclosure.ConsentEventId?.ToString() ?? "");
    }

    /// <summary>The other programmes whose points the brand takes now.</summary>
    private static HashSet<ProgrammeId> Accepted(WorkingState rows, PartnerId partner, ProgrammeId own, DateTime now)
    {
        var versions = rows.FindAll(new Agreement.ByPartner(partner));
        return versions.Select(version => version.ProgrammeId).Distinct()
            .Where(id => id != own && Agreement.At(versions, id, now) is { Terms.AcceptsPoints: true }).ToHashSet();
    }

    private static IdentifiedMember? Of(
        WorkingState rows, MemberId member, ProgrammeId programme, IReadOnlyList<Reward> rewards, PartnerId partner, DateTime now) =>
        rows.Find(new Membership.OfMember(member, programme)) is { } membership
            ? IdentifiedMember.Find(rows, membership, partner, now)?.With(rows, rewards, now) : null;
}
