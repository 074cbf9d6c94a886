using CoalitionGateway.Client;
using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Layout;

/// <summary>Remembers the names of programmes and brands for a minute: they are the same for all members.</summary>
public sealed class CoalitionNames(TimeProvider clock)
{
    private static readonly TimeSpan _lasts = TimeSpan.FromMinutes(1);
    private volatile Known? _known;

    public async Task<Names> Get(CoalitionClient gateway, CancellationToken cancellation)
    {
        if (_known is { } known && known.Ends > clock.GetUtcNow())
        {
            return known.Names;
        }

        var programmes = Pages.Of(new ListProgrammesRequest { PageSize = 200 }, gateway.Programmes.ListProgrammesAsync, page => page.Programmes, cancellation);
        var partners = Pages.Of(new ListPartnersRequest { PageSize = 200 }, gateway.Programmes.ListPartnersAsync, page => page.Partners, cancellation);
        var names = new Names(await programmes.ToListAsync(cancellation), await partners.ToListAsync(cancellation));
        _known = new Known(names, clock.GetUtcNow() + _lasts);
        return names;
    }

    // One reference: a reader never sees the names of one moment with the end of another.
    private sealed record Known(Names Names, DateTimeOffset Ends);
}
