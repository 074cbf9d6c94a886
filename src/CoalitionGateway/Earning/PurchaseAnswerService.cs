using System.Collections.Concurrent;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Earning;

/// <summary>
/// The answers to recorded purchases. Published versions of agreements and the point values of programmes never change, so they
/// are cached.
/// </summary>
internal sealed class PurchaseAnswerService(OwnProgrammes own, LedgerStore store)
{
    private readonly ConcurrentDictionary<(PartnerId, ProgrammeId, long Version), (Terms Terms, Money PointValue)> _known = [];

    public async ValueTask<V1.Purchase> Of(PurchaseRecorded made, CancellationToken cancellation)
    {
        var answer = made.ToWire(await own.Of(made.PartnerId, cancellation));
        if (await TermsOf(made, cancellation) is var (terms, pointValue))
        {
            answer.Rate = terms.RateFor(made.Amount.CurrencyCode)?.ToWire();
            answer.Value = WorthMapping.Worth(made.GivenPoints, pointValue);
        }

        return answer;
    }

    private async ValueTask<(Terms Terms, Money PointValue)?> TermsOf(PurchaseRecorded made, CancellationToken cancellation)
    {
        var key = (made.PartnerId, made.ProgrammeId, made.AgreementVersion);
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        var (agreement, programme) = await store.Read(
            rows => (rows.Find(new Agreement.Of(made.PartnerId, made.ProgrammeId, made.AgreementVersion)), rows.Find(new Programme.Of(made.ProgrammeId))), cancellation);
        return agreement is null || programme is null ? null : _known.GetOrAdd(key, (agreement.Terms, programme.PointValue));
    }
}
