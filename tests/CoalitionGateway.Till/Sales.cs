using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Till;

/// <summary>What happens at the till: purchases, payments with points, captures, refunds and returns, without a look at the network.</summary>
internal sealed class Sales(TillJournal journal, Outbox outbox, string[] members)
{
    private readonly Random _random = new();

    /// <summary>Sells with short pauses, so that answers come between the sales.</summary>
    public async Task Sell(int count)
    {
        for (var i = 0; i < count; i++)
        {
            outbox.Add(Next());
            await Task.Delay(_random.Next(20));
        }
    }

    private IMessage Next() => _random.Next(8) switch
    {
        0 when journal.TakeSold() is { } reference => new ReversePurchaseRequest { PurchaseReference = reference, Amount = Euro(1) },
        1 when journal.TakeSpent() is { } reference => new RefundRedemptionRequest { RedemptionReference = reference },
        2 when journal.TakeReserved() is { } reference => new CaptureRedemptionRequest { RedemptionReference = reference, AmountPoints = 1 },
        3 when journal.TakeReserved() is { } reference => new ReleaseRedemptionRequest { RedemptionReference = reference },
        4 => new ReservePointsRequest { RedemptionReference = RequestIds.New(), MembershipNumber = Member(), AmountPoints = _random.Next(1, 40), Bill = Euro(100), SpendNow = true },
        5 => new ReservePointsRequest { RedemptionReference = RequestIds.New(), MembershipNumber = Member(), AmountPoints = _random.Next(1, 40), Bill = Euro(100) },
        _ => new RecordPurchaseRequest
        {
            PurchaseReference = RequestIds.New(), MembershipNumber = Member(), Amount = Euro(_random.Next(1, 60)), PurchaseTime = Timestamp.FromDateTime(DateTime.UtcNow),
        },
    };

    private static Money Euro(long units) => new() { CurrencyCode = "EUR", Micros = units * 1_000_000 };

    private string Member() => members[_random.Next(members.Length)];
}
