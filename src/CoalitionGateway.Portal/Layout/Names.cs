using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Extensions;

namespace CoalitionGateway.Portal.Layout;

/// <summary>Programmes and brands by their names.</summary>
public sealed class Names(IReadOnlyList<Programme> programmes, IReadOnlyList<ListedPartner> partners)
{
    private readonly Dictionary<string, Programme> _programmes = programmes.ToDictionary(one => one.ProgrammeId, StringComparer.Ordinal);
    private readonly Dictionary<string, ListedPartner> _partners = partners.ToDictionary(one => one.Partner.PartnerId, StringComparer.Ordinal);

    public IReadOnlyList<Programme> Programmes => programmes;

    public IReadOnlyList<ListedPartner> Partners => partners;

    /// <summary>The programme's name; its id if it is new.</summary>
    public string Programme(string id) => _programmes.TryGetValue(id, out var found) ? found.DisplayName : id;

    /// <summary>The brand's name; its id if it is new.</summary>
    public string Partner(string id) => _partners.TryGetValue(id, out var found) ? found.Partner.DisplayName : id;

    /// <summary>The programme of a brand, for its time zone; empty if it has none.</summary>
    public string ProgrammeOf(string partnerId) => programmes.FirstOrDefault(one => one.PartnerId == partnerId)?.ProgrammeId ?? "";

    /// <summary>The time zone of a programme; UTC if it is unknown.</summary>
    public DateTimeZone Zone(string programmeId) => _programmes.TryGetValue(programmeId, out var found) ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(found.TimeZone) ?? DateTimeZone.Utc : DateTimeZone.Utc;

    /// <summary>A time in the programme's time zone.</summary>
    public ZonedDateTime Local(Timestamp time, string programmeId) => time.ToDateTimeOffset().ToInstant().InZone(Zone(programmeId));

    /// <summary>The day on which a time is, in the programme's time zone.</summary>
    public LocalDate Day(Timestamp time, string programmeId) => Local(time, programmeId).Date;

    /// <summary>The last day of what ends at a time, in the programme's time zone.</summary>
    public LocalDate LastDay(Timestamp end, string programmeId) => Local(end, programmeId).Minus(NodaTime.Duration.Epsilon).Date;
}
