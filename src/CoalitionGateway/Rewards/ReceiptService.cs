using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Rewards;

/// <summary>Makes the words of receipts.</summary>
internal sealed class ReceiptService(LedgerStore store, RewardReader reader, Catalogue catalogue)
{
    public async Task<V1.GetReceiptResponse> Get(
        PartnerId partner, V1.GetReceiptRequest request, DateTime now, CancellationToken cancellation)
    {
        var language = Languages.Of(request.Language);
        InvalidFieldsException.Unless(
            (request.PurchaseReference.Length > 0 || request.RedemptionReferences.Count > 0, "purchase_reference",
                "is missing; send it, or redemption_references."),
            (request.RedemptionReferences.Distinct().Count() == request.RedemptionReferences.Count, "redemption_references",
                "has a reference twice; send it once."),
            (Languages.All.Contains(language), "language", Languages.Needed));
        var bought = request.PurchaseReference.Length == 0 ? default((Purchase, PurchaseRecorded?)?)
            : await reader.Purchase(partner, request.PurchaseReference, cancellation)
                ?? throw new RefusedException(ReversePurchase.NotFound(request.PurchaseReference));
        var (receipt, refusal) = await store.Read(
            rows => Receipt.Find(rows, partner, bought, request.RedemptionReferences, now), cancellation);
        if (receipt is null)
        {
            throw new RefusedException(refusal!);
        }

        if (receipt.Member is { } member)
        {
            var rewards = await catalogue.Of(member.Programme.Id);
            receipt = receipt with { Member = await store.Read(rows => member.With(rows, rewards, now), cancellation) };
        }

        return new V1.GetReceiptResponse { Lines = { receipt.Lines(language, now)
            .Select(line => new V1.ReceiptLine { Subject = (V1.ReceiptSubject)(int)line.Subject, Text = line.Text }) } };
    }
}
