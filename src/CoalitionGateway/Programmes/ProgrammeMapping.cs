using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Programmes;

internal static class ProgrammeMapping
{
    public static V1.Programme ToWire(this Programme row) => new()
    {
        ProgrammeId = row.Id.Value,
        PartnerId = row.PartnerId.Value,
        DisplayName = row.DisplayName,
        TimeZone = row.TimeZone,
        PointValue = row.PointValue.ToWire(),
    };

    public static V1.ListedPartner ToWire(this Partner row, AgreedPurposes? agreed) => new()
    {
        Partner = new V1.Partner { PartnerId = row.Id.Value, DisplayName = row.DisplayName },
        Purposes = { agreed?.List.Select(purpose => (V1.Purpose)(int)purpose) ?? [] },
    };

    public static V1.Agreement ToWire(this Agreement row) => new()
    {
        PartnerId = row.PartnerId.Value,
        ProgrammeId = row.ProgrammeId.Value,
        Rates = { row.Terms.Rates.Select(AgreementMapping.ToWire) },
        Rounding = (V1.Rounding)(int)row.Terms.Rounding,
        Categories = { row.Terms.Categories.Select(found => new V1.CategoryFactor { Category = found.Category, FactorPercent = found.FactorPercent }) },
        AcceptDays = row.Terms.AcceptDays,
        FromTime = row.FromTime.ToWire(),
        MaxReturnPointsPerDay = row.MaxReturnPointsPerDay,
        AllowDebtByReturn = row.AllowDebtByReturn,
        AcceptsPoints = row.Terms.AcceptsPoints,
        MaxAwardPointsPerDay = row.MaxAwardPointsPerDay,
        MaxOpeningPoints = row.MaxOpeningPoints,
        Version = row.Version,
    };

    public static V1.Route ToWire(this Ledger.Programmes.Route row) => new()
    {
        SourceProgrammeId = row.SourceId.Value,
        DestinationProgrammeId = row.DestinationId.Value,
        RatioNumerator = row.RatioNumerator,
        RatioDenominator = row.RatioDenominator,
        MinimumPoints = row.MinimumPoints,
        MaximumPoints = row.MaximumPoints,
        State = row.IsOpen ? V1.RouteState.Open : V1.RouteState.Suspended,
        Version = row.Version,
    };

    public static V1.RegisterPartnerResponse ToWire(this PartnerRegistered made, string clientSecret) => new()
    {
        Partner = new V1.Partner { PartnerId = made.PartnerId.Value, DisplayName = made.DisplayName },
        ClientId = made.ClientId,
        ClientSecret = clientSecret,
        Scopes = { made.Scopes },
        CreateTime = made.Time.ToWire(),
    };

    public static V1.CreateProgrammeResponse ToWire(this ProgrammeCreated made) => new()
    {
        Programme = made.Programme.ToWire(),
        CreateTime = made.Time.ToWire(),
    };

    public static V1.PublishAgreementResponse ToWire(this AgreementPublished made) => new()
    {
        Agreement = made.Agreement.ToWire(),
        PublishTime = made.Time.ToWire(),
    };

    public static V1.PublishRouteResponse ToWire(this RoutePublished made) => new()
    {
        Route = made.Route.ToWire(),
        PublishTime = made.Time.ToWire(),
    };
}
