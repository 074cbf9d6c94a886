using CoalitionGateway.Audit;
using CoalitionGateway.Disclosure;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Members;
using CoalitionGateway.Rpc;

namespace CoalitionGateway.Privacy;

internal static class PersonalDataMapping
{
    /// <param name="record">What there is.</param>
    /// <param name="view">Whose eyes it is for.</param>
    /// <param name="made">The event that records that the document was made.</param>
    /// <param name="notices">What consents rest on.</param>
    public static V1.PersonalData ToWire(this PersonalRecord record, LogView view, AuditRead made, NoticesInForce notices) => new()
    {
        MadeFor = made.Header.Actor.ToString(),
        MakeTime = made.Time.ToWire(),
        EventId = made.Id.ToString(),
        MemberId = record.MemberId.ToString(),
        Profile = record.Profile?.ToWire(),
        RestrictionStartTime = record.Restriction?.StartTime.ToWire(),
        SharingRefuseTime = record.SharingRefusal?.RefuseTime.ToWire(),
        Memberships = { record.Numbers.Select(found => MemberMapping.ToWire(found.ProgrammeId, found.Number, found.EnrollTime)) },
        Balances = { record.Holdings.OrderBy(holdings => holdings.ProgrammeId.Value, StringComparer.Ordinal).Select(holdings => holdings.ToWire()) },
        Pools = { record.Pools.Select(picture => picture.ToWire()) },
        Recipients = { Recipients(record) },
        Consents = { record.Consents.Select(consent => consent.ToWire(notices, made.Time)) },
        ConsentEvents = { record.ConsentEvents.Select(found => found.ToWire()) },
        Disclosures = { record.Disclosures.Select(found => found.ToWire()) },
        Movements =
        {
            record.Movements.Select(movement => new V1.Movement
            {
                Type = movement.Event.Kind.ToString(),
                Time = movement.Event.Time.ToWire(),
                ProgrammeId = movement.ProgrammeId.Value,
                Points = movement.Points,
                PooledPoints = movement.PooledPoints,
                OwedPoints = movement.OwedPoints,
                EventId = movement.Event.Id.ToString(),
            })
        },
        Events = { record.Events.Select(found => found.ToWire(view)) },
        Spending =
        {
            record.Spending.Select(found => new V1.Spending
            {
                Type = found.Event.Kind.ToString(),
                PartnerId = found.PartnerId.Value,
                Reference = found.Reference,
                Amount = found.Amount?.ToWire(),
                Time = found.Time.ToWire(),
                EventId = found.Event.Id.ToString(),
            })
        },
        Choices = { record.Choices.Select(made => new V1.ProgrammeChoice { PartnerId = made.PartnerId.Value, ProgrammeId = made.ProgrammeId.Value }) },
        RefusedRequests =
        {
            record.Refused.Select(request => new V1.RefusedRequest
            {
                Method = request.Method,
                Time = request.Time.ToWire(),
                Message = Refusal.Decode(request.Refusal!).Message,
                RequestId = request.RequestId.ToString(),
            })
        },
    };

    private static IEnumerable<V1.Recipient> Recipients(PersonalRecord record)
    {
        var order = DisclosureGate.Classified(V1.Member.Descriptor).Select(field => field.Path).ToList();
        return record.Disclosures.Where(made => made.Released.Count > 0)
            .GroupBy(made => (made.PartnerId, made.Purpose))
            .OrderBy(group => group.Key.PartnerId.Value, StringComparer.Ordinal).ThenBy(group => group.Key.Purpose)
            .Select(group => new V1.Recipient
            {
                PartnerId = group.Key.PartnerId.Value,
                DisplayName = record.PartnerNames[group.Key.PartnerId],
                Purpose = (V1.Purpose)(int)group.Key.Purpose,
                Fields = { group.SelectMany(made => made.Released).Distinct().OrderBy(order.IndexOf) },
                FirstTime = group.Min(made => made.Time).ToWire(),
                LastTime = group.Max(made => made.Time).ToWire(),
            });
    }
}
