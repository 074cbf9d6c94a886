using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Tiers;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Earning;

internal static class EarningMapping
{
    /// <exception cref="InvalidFieldsException">The lines or the part paid with points do not fit the amount.</exception>
    public static RecordPurchase ToCommand(this V1.RecordPurchaseRequest request, Caller caller) => new(
        caller.NewContext(request.RequestId), caller.PartnerId(), request.PurchaseReference, request.MembershipNumber, request.Amount.ToMoney(),
        request.PurchaseTime.ToTime())
    {
        Details = PurchaseDetailsMapping.Read(
            request.Amount, new PurchaseDetails(PurchaseDetailsMapping.Read(request.Lines), request.Shop, request.Till, (SalesChannel)(int)request.Channel, request.PaidWithPointsMicros), ""),
    };

    public static ReversePurchase ToCommand(this V1.ReversePurchaseRequest request, Caller caller) => new(
        caller.NewContext(request.RequestId), caller.PartnerId(), request.PurchaseReference, request.Amount?.ToMoney())
    {
        ReversalReference = request.ReversalReference,
    };

    public static RecordReturn ToCommand(this V1.RecordReturnRequest request, Caller caller) => new(
        caller.NewContext(request.RequestId), caller.PartnerId(), request.ReturnReference, request.MembershipNumber, request.Amount.ToMoney(),
        request.ReturnTime.ToTime());

    public static UndoReturn ToCommand(this V1.UndoReturnRequest request, Caller caller) => new(
        caller.NewContext(request.RequestId), caller.PartnerId(), request.ReturnReference);

    public static AwardPoints ToCommand(this V1.AwardPointsRequest request, Caller caller) => new(
        caller.NewContext(request.RequestId), caller.PartnerId(), request.AwardReference, request.MembershipNumber, request.AmountPoints,
        (AwardReason)(int)request.Reason, request.ExpireTime?.ToTime())
    {
        ActivityId = request.ActivityId,
    };

    public static V1.AwardPointsResponse ToWire(this PointsAwarded made) => new()
    {
        AwardReference = made.Reference,
        ProgrammeId = made.ProgrammeId.Value,
        AmountPoints = made.AmountPoints,
        WithheldPoints = made.WithheldPoints,
        SettledPoints = made.SettledPoints,
        ExpireTime = made.Term.ExpireTime?.ToWire(),
        RecordTime = made.Time.ToWire(),
    };

    public static V1.ComparedEarning ToCompared(this EarningTerms terms, bool isChosen, long points) => new()
    {
        PartnerId = terms.Home!.PartnerId.Value,
        ProgrammeId = terms.Programme!.Id.Value,
        Points = points,
        Value = WorthMapping.Worth(points, terms.Programme.PointValue),
        IsChosen = isChosen,
    };

    public static AdjustPoints ToCommand(this V1.AdjustPointsRequest request, CommandContext context, long maxPointsAlone) => new(
        context, new ProgrammeId(request.ProgrammeId), request.MembershipNumber, request.AmountPoints,
        (AdjustmentReason)(int)request.Reason, request.CaseReference)
    {
        MaxPointsAlone = maxPointsAlone,
    };

    public static V1.AdjustPointsResponse ToWire(this PointsAdjusted made) => new()
    {
        EventId = made.Id.ToString(), SettledPoints = made.SettledPoints, OwedPoints = made.OwedPoints, RecordTime = made.Time.ToWire(),
    };

    public static V1.ReturnUndoing ToWire(this ReturnUndone made, ProgrammeId? own) => new()
    {
        ReturnReference = made.Reference,
        ProgrammeId = made.ProgrammeId.Value,
        RestoredPoints = made.RestoredPoints,
        SettledPoints = made.ProgrammeId == own ? made.SettledPoints : 0,
        RecordTime = made.Time.ToWire(),
    };

    /// <param name="made">The recorded event.</param>
    /// <param name="own">The partner's own programme. Only there the partner sees how the points were split.</param>
    public static V1.Purchase ToWire(this PurchaseRecorded made, ProgrammeId? own) => new()
    {
        PurchaseReference = made.Reference,
        ProgrammeId = made.ProgrammeId.Value,
        GivenPoints = made.GivenPoints,
        SettledPoints = made.ProgrammeId == own ? made.SettledPoints : 0,
        CreditedPoints = made.ProgrammeId == own ? made.GivenPoints - made.SettledPoints : 0,
        RecordTime = made.Time.ToWire(),
        AvailablePoints = made.ProgrammeId == own ? made.AvailablePoints : 0,
        TermsVersion = made.TermsVersion,
        Awards = { AwardMapping.ToWire(made) },
        Tier = made.ProgrammeId == own && made.Tier is { } progress ? ToWire(progress) : null,
    };

    private static V1.TierProgress ToWire(TierProgress progress) => new()
    {
        TierId = progress.HeldId,
        ReachedTierId = progress.ReachedId,
        UntilTime = progress.UntilTime?.ToWire(),
        NextTierId = progress.NextId,
        Missing = progress.Missing,
    };

    public static V1.Reversal ToWire(this PurchaseReversed made, ProgrammeId? own) => new()
    {
        PurchaseReference = made.Reference,
        ReversalReference = made.ReversalReference,
        ProgrammeId = made.ProgrammeId.Value,
        TakenPoints = made.TakenPoints,
        OwedPoints = made.ProgrammeId == own ? made.OwedPoints : 0,
        ReturnedAmount = new Money(made.CurrencyCode, made.ReturnedMicros).ToWire(),
        RecordTime = made.Time.ToWire(),
    };

    public static V1.PurchaseReturn ToWire(this ReturnRecorded made, ProgrammeId? own) => new()
    {
        ReturnReference = made.Reference,
        ProgrammeId = made.ProgrammeId.Value,
        TakenPoints = made.TakenPoints,
        OwedPoints = made.ProgrammeId == own ? made.OwedPoints : 0,
        RecordTime = made.Time.ToWire(),
    };
}
