using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Disclosure;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Wire;
using Google.Protobuf;

namespace CoalitionGateway.Privacy;

internal static class PersonalDataMapping
{
    private static readonly List<string> _order = [.. DisclosureGate.All.Select(field => field.Path)];

    /// <summary>The parts of the document that stay short, however long the history is.</summary>
    /// <param name="record">The member's data.</param>
    /// <param name="made">The event that records the making of the document.</param>
    /// <param name="notices">The notices in force.</param>
    public static V1.PersonalData ToWire(this PersonalRecord record, AuditRead made, NoticesInForce notices) => new()
    {
        MadeFor = made.Header.Actor.ToString(),
        MakeTime = made.Time.ToWire(),
        EventId = made.Id.ToString(),
        MemberId = record.MemberId.ToString(),
        Profile = record.Profile?.ToWire(),
        RestrictionStartTime = record.Restriction?.StartTime.ToWire(),
        SharingRefuseTime = record.SharingRefusal?.RefuseTime.ToWire(),
        Memberships = { record.Numbers.Select(MemberMapping.ToWire) },
        Balances = { record.Balances.OrderBy(found => found.Holdings.ProgrammeId.Value, StringComparer.Ordinal).Select(found => found.Holdings.ToWire(found.PointValue)) },
        Recipients =
        {
            record.Recipients.Select(found => new V1.Recipient
            {
                PartnerId = found.PartnerId.Value,
                DisplayName = record.PartnerNames[found.PartnerId],
                Purpose = (V1.Purpose)(int)found.Purpose,
                Fields = { found.Fields.OrderBy(_order.IndexOf) },
                FirstTime = found.FirstTime.ToWire(),
                LastTime = found.LastTime.ToWire(),
            })
        },
        Consents = { record.Consents.Select(consent => consent.ToWire(notices, made.Time)) },
        Passkeys = { record.Passkeys.Select(passkey => passkey.ToWire()) },
        Choices = { record.Choices.Select(made => new V1.ProgrammeChoice { PartnerId = made.PartnerId.Value, ProgrammeId = made.ProgrammeId.Value }) },
    };

    /// <summary>The lists that grow with the years, by their names in JSON. Each list is read while it is enumerated.</summary>
    /// <param name="record">The member's data.</param>
    /// <param name="view">The view of the log that the document's reader has.</param>
    public static IEnumerable<(string Name, IAsyncEnumerable<IMessage> Elements)> Long(this PersonalRecord record, LogView view) =>
    [
        (Name(V1.PersonalData.PoolsFieldNumber), record.Pools.Select(picture => picture.ToWire())),
        (Name(V1.PersonalData.ConsentEventsFieldNumber), record.ConsentEvents.Select(found => found.ToWire())),
        (Name(V1.PersonalData.DisclosuresFieldNumber), record.Disclosures.Select(found => found.ToWire())),
        (Name(V1.PersonalData.MovementsFieldNumber), record.Movements.Select(movement => ToWire(movement))),
        (Name(V1.PersonalData.EventsFieldNumber), record.Events.Select(found => found.ToWire(view))),
        (Name(V1.PersonalData.SpendingFieldNumber), record.Spending.Select(found => ToWire(found))),
        (Name(V1.PersonalData.RefusedRequestsFieldNumber), record.Refused.Select(request => ToWire(request))),
    ];

    private static string Name(int field) => V1.PersonalData.Descriptor.FindFieldByNumber(field).JsonName;

    private static V1.Movement ToWire(Movement movement) => new()
    {
        Type = movement.Event.Kind.ToString(),
        Time = movement.Event.Time.ToWire(),
        ProgrammeId = movement.ProgrammeId.Value,
        Points = movement.Points,
        PooledPoints = movement.PooledPoints,
        OwedPoints = movement.OwedPoints,
        EventId = movement.Event.Id.ToString(),
    };

    private static V1.Spending ToWire(Spending found) => new()
    {
        Type = found.Event.Kind.ToString(),
        PartnerId = found.PartnerId.Value,
        Reference = found.Reference,
        Amount = found.Amount?.ToWire(),
        Time = found.Time.ToWire(),
        EventId = found.Event.Id.ToString(),
    };

    private static V1.RefusedRequest ToWire(StoredAnswer request) => new()
    {
        Method = request.Method,
        Time = request.Time.ToWire(),
        Message = Refusal.Decode(request.Refusal!).Message,
        RequestId = request.RequestId.ToString(),
    };
}
