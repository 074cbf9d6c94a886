using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;

namespace CoalitionGateway.Privacy;

/// <summary>
/// Limits the exports that run at once, for each caller and for the gateway. An export reads a member's whole history
/// several times, and lasts as long as its caller takes to read it.
/// </summary>
internal sealed class ExportPlaces(GatewayOptions options)
{
    private readonly Lock _guard = new();
    private readonly Dictionary<Caller, int> _made = [];
    private int _all;

    /// <summary>Takes a place. Disposing the result gives the place back.</summary>
    /// <exception cref="StatusException">No place is free.</exception>
    public IDisposable Take(Caller caller)
    {
        var (ofCaller, ofGateway) = (options.Privacy.ExportsPerCaller, options.Privacy.ExportsAtOnce);
        lock (_guard)
        {
            var own = _made.GetValueOrDefault(caller);
            if (own >= ofCaller)
            {
                throw ExportRefusals.TooMany("caller", ofCaller);
            }

            if (_all >= ofGateway)
            {
                throw ExportRefusals.TooMany("gateway", ofGateway);
            }

            (_made[caller], _all) = (own + 1, _all + 1);
        }

        return new Place(this, caller);
    }

    private void GiveBack(Caller caller)
    {
        lock (_guard)
        {
            _all--;
            if (--_made[caller] == 0)
            {
                _made.Remove(caller);
            }
        }
    }

    private sealed class Place(ExportPlaces places, Caller caller) : IDisposable
    {
        private int _isBack;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isBack, 1) == 0)
            {
                places.GiveBack(caller);
            }
        }
    }
}
