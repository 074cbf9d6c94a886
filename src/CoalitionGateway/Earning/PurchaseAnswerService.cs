using System.Collections.Concurrent;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Earning;

/// <summary>The answers to recorded purchases. Published versions of agreements never change, so their terms are cached.</summary>
internal sealed class PurchaseAnswerService(OwnProgrammes own, LedgerStore store)
{
    private readonly ConcurrentDictionary<(PartnerId, ProgrammeId, long Version), Terms> _known = [];

    public async ValueTask<V1.Purchase> Of(PurchaseRecorded made, CancellationToken cancellation)
    {
        var answer = made.ToWire(await own.Of(made.PartnerId, cancellation));
        answer.Rate = (await TermsOf(made, cancellation))?.RateFor(made.Amount.CurrencyCode)?.ToWire();
        return answer;
    }

    private async ValueTask<Terms?> TermsOf(PurchaseRecorded made, CancellationToken cancellation)
    {
        var key = (made.PartnerId, made.ProgrammeId, made.AgreementVersion);
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        var found = await store.Read(rows => rows.Find(new Agreement.Of(made.PartnerId, made.ProgrammeId, made.AgreementVersion)), cancellation);
        return found is null ? null : _known.GetOrAdd(key, found.Terms);
    }
}
