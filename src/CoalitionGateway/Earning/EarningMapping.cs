using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Earning;

internal static class EarningMapping
{
    public static RecordPurchase ToCommand(this V1.RecordPurchaseRequest request, Func<Guid, CommandContext> issue, PartnerId partner, DateTimeOffset now)
    {
        var fields = new Fields();
        var command = new RecordPurchase(
            issue(fields.RequestId(request.RequestId)), partner,
            fields.Reference(request.PurchaseReference, "purchase_reference"),
            fields.MembershipNumber(request.MembershipNumber),
            fields.Amount(request.Amount, "amount"),
            fields.Time(request.PurchaseTime, now, "purchase_time"));
        fields.Check();
        return command;
    }

    public static ReversePurchase ToCommand(this V1.ReversePurchaseRequest request, Func<Guid, CommandContext> issue, PartnerId partner)
    {
        var fields = new Fields();
        var command = new ReversePurchase(
            issue(fields.RequestId(request.RequestId)), partner,
            fields.Reference(request.PurchaseReference, "purchase_reference"),
            request.Amount is null ? null : fields.Amount(request.Amount, "amount"));
        fields.Check();
        return command;
    }

    public static RecordReturn ToCommand(this V1.RecordReturnRequest request, Func<Guid, CommandContext> issue, PartnerId partner, DateTimeOffset now)
    {
        var fields = new Fields();
        var command = new RecordReturn(
            issue(fields.RequestId(request.RequestId)), partner,
            fields.Reference(request.ReturnReference, "return_reference"),
            fields.MembershipNumber(request.MembershipNumber),
            fields.Amount(request.Amount, "amount"),
            fields.Time(request.ReturnTime, now, "return_time"));
        fields.Check();
        return command;
    }

    public static UndoReturn ToCommand(this V1.UndoReturnRequest request, Func<Guid, CommandContext> issue, PartnerId partner)
    {
        var fields = new Fields();
        var command = new UndoReturn(
            issue(fields.RequestId(request.RequestId)), partner, fields.Reference(request.ReturnReference, "return_reference"));
        fields.Check();
        return command;
    }

    public static V1.ReturnUndoing ToWire(this ReturnUndone made, ProgrammeId? own) => new()
    {
        ReturnReference = made.Reference,
        ProgrammeId = made.ProgrammeId.Value,
        RestoredPoints = made.RestoredPoints,
        SettledPoints = made.ProgrammeId == own ? made.SettledPoints : 0,
        RecordTime = made.Time.ToWire(),
    };

    /// <param name="made">What was recorded.</param>
    /// <param name="own">The partner's own programme: only of that it sees how the points fell.</param>
    public static V1.Purchase ToWire(this PurchaseRecorded made, ProgrammeId? own) => new()
    {
        PurchaseReference = made.Reference,
        ProgrammeId = made.ProgrammeId.Value,
        GivenPoints = made.GivenPoints,
        SettledPoints = made.ProgrammeId == own ? made.SettledPoints : 0,
        CreditedPoints = made.ProgrammeId == own ? made.GivenPoints - made.SettledPoints : 0,
        RecordTime = made.Time.ToWire(),
    };

    public static V1.Reversal ToWire(this PurchaseReversed made, ProgrammeId? own) => new()
    {
        PurchaseReference = made.Reference,
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
