namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>When points can be used. Null: at once; never expiring.</summary>
internal readonly record struct ModelTerm(DateTime? Usable, DateTime? Expires)
{
    /// <summary>The same term once the time has come.</summary>
    public ModelTerm At(DateTime now) => Usable <= now ? new ModelTerm(null, Expires) : this;
}

/// <summary>What is left of the points of one award.</summary>
internal sealed class ModelPiece(string award, ModelTerm term, long points)
{
    public string Award { get; } = award;

    public ModelTerm Term { get; set; } = term;

    public long Points { get; set; } = points;

    /// <summary>The payment for which a brand has reserved the points until they can be used; null: none.</summary>
    public string? ReservedFor { get; set; }
}

/// <summary>The time in which no points of a membership expire. Its shares in pools have the same.</summary>
internal sealed class ModelPause
{
    private DateTime _from = DateTime.MaxValue;
    private DateTime _until;

    /// <summary>When something ends that would end at a time.</summary>
    public DateTime? Later(DateTime? end) => end > _from && end < _until ? _until : end;

    /// <summary>Goes on to a time, or begins.</summary>
    public void Extend(DateTime from, DateTime until, DateTime now)
    {
        if (until > now)
        {
            var isOver = _until <= now;
            _from = isOver || from < _from ? from : _from;
            _until = isOver || until > _until ? until : _until;
        }
    }

    /// <summary>Goes on for the points of another pause too.</summary>
    public void Join(ModelPause other, DateTime now) => Extend(other._from, other._until, now);
}

/// <summary>The points of a membership or of a pool share, award by award, and the membership's debt.</summary>
/// <param name="owner">The membership of a pool share, whose points those of the share are; null for a membership.</param>
internal sealed class ModelHolder(ModelFault fault, ModelPause pause, ModelHolder? owner = null)
{
    // Stands for the date of points in a pool.
    private static readonly DateTime? _inPool = DateTime.MinValue;

    private readonly List<ModelPiece> _pieces = [];
    private readonly Dictionary<(DateTime Expiry, DateTime? End), long> _lapsed = [];
    private readonly List<DateTime> _ends = [];

    public long Owed { get; private set; }

    /// <summary>The points that expired, less those that returns took from them.</summary>
    public long Broken { get; private set; }

    /// <summary>When all points expire, because the member does nothing; null: never.</summary>
    public DateTime? InactiveTime { get; set; }

    public ModelPause Pause => pause;

    /// <summary>The time at which the points expire in truth, because of a pause.</summary>
    public DateTime? EndTime => fault == ModelFault.PauseForgetsInactivity ? InactiveTime : pause.Later(InactiveTime);

    public IReadOnlyList<ModelPiece> Pieces => _pieces;

    public long Available => _pieces.Where(piece => piece.Term.Usable is null).Sum(piece => piece.Points);

    public ModelHolder Copy()
    {
        var copy = new ModelHolder(fault, pause) { Owed = Owed, Broken = Broken, InactiveTime = InactiveTime };
        copy._pieces.AddRange(_pieces.Select(piece => new ModelPiece(piece.Award, piece.Term, piece.Points) { ReservedFor = piece.ReservedFor }));
        return copy;
    }

    /// <summary>Walks to a time. What falls due on the way takes effect in the order of time.</summary>
    public void WalkTo(DateTime now)
    {
        while (true)
        {
            var piece = NextDue();
            var moment = piece is null ? DateTime.MaxValue : MomentOf(piece);
            if (EndTime <= now && EndTime <= moment)
            {
                EndInactive(EndTime!.Value);
                continue;
            }

            if (piece is null || moment > now)
            {
                return;
            }

            if (piece.Term.Usable == moment && !(pause.Later(piece.Term.Expires) <= moment))
            {
                (piece.Term, piece.ReservedFor) = (piece.Term with { Usable = null }, null);
                piece.Points -= fault == ModelFault.MaturedPaysNoDebt ? 0 : PayDebt(piece.Points);
            }
            else
            {
                _pieces.Remove(piece);
                Lapse(piece.Term.Expires!.Value, null, piece.Points);
            }

            _pieces.RemoveAll(found => found.Points == 0);
        }
    }

    /// <summary>Adds points. Points that can be used at once pay debt first.</summary>
    /// <returns>The points that paid debt.</returns>
    public long Add(string award, ModelTerm term, long points, DateTime now)
    {
        var own = term.At(now);
        var pays = own.Usable is null || fault == ModelFault.PendingPaysDebtAtOnce ? PayDebt(points) : 0;
        if (points > pays)
        {
            _pieces.Add(new ModelPiece(award, own, points - pays));
        }

        WalkTo(now);
        return pays;
    }

    /// <summary>Takes over all points, debts and times of another membership. Usable points pay the debt of both.</summary>
    /// <returns>The points that came.</returns>
    public long Absorb(ModelHolder other, DateTime now)
    {
        var (came, pays, own) = (other._pieces.Sum(piece => piece.Points), Math.Min(other.Available, Owed), Math.Min(Available, other.Owed));
        other.Debit(pays);
        Debit(own);
        Owed = Owed - pays + (fault == ModelFault.MergeForgivesDebt ? 0 : other.Owed - own);
        foreach (var piece in other._pieces)
        {
            piece.Term = fault == ModelFault.MergeForgetsTerms ? default : piece.Term;
            _pieces.Add(piece);
        }

        other._pieces.Clear();
        other.Owed = 0;
        if (fault != ModelFault.MergeForgetsPause)
        {
            Pause.Join(other.Pause, now);
        }

        if (fault != ModelFault.MergeForgetsActivity)
        {
            InactiveTime = InactiveTime > other.InactiveTime ? InactiveTime : other.InactiveTime ?? InactiveTime;
        }

        other.InactiveTime = null;
        return came;
    }

    /// <summary>Whether points of an expiry, which were there at a time, ended here: by a date or by inactivity.</summary>
    public bool Ended(DateTime? of, DateTime recorded) => FirstEnd(of, recorded) is not null || _lapsed.ContainsKey((of ?? DateTime.MaxValue, null));

    /// <summary>Takes usable points: those that expire first go first, plain points go last.</summary>
    public List<ModelPiece> Debit(long points) => Take(points, InOrder());

    /// <summary>Sets usable points aside until a time: those that expire first.</summary>
    /// <returns>What was set aside, by its own term.</returns>
    public List<ModelPiece> Reserve(long points, DateTime until, string payment)
    {
        var taken = Debit(points);
        foreach (var piece in taken)
        {
            var end = fault == ModelFault.ReservedForever ? DateTime.MaxValue : until;
            _pieces.Add(new ModelPiece(piece.Award, piece.Term with { Usable = end }, piece.Points) { ReservedFor = payment });
        }

        return taken;
    }

    /// <summary>Takes what is set aside for a payment.</summary>
    public long TakeReserved(string payment)
    {
        var points = _pieces.Where(piece => piece.ReservedFor == payment).Sum(piece => piece.Points);
        _pieces.RemoveAll(piece => piece.ReservedFor == payment);
        return points;
    }

    /// <summary>The points that are set aside for a payment.</summary>
    public long ReservedFor(string payment) => _pieces.Where(piece => piece.ReservedFor == payment).Sum(piece => piece.Points);

    /// <summary>When the first of the points that would be taken expire; null: never.</summary>
    public DateTime? FirstExpiry(long points) => Copy().Debit(points).Min(piece => pause.Later(piece.Term.Expires));

    /// <summary>Points that came back after they had expired.</summary>
    public void LapseAtOnce(ModelTerm term, long points) => Lapse(term.Expires!.Value, null, points);

    /// <summary>Takes points back: parts of some terms first, then usable ones, then pending ones. The rest becomes debt.</summary>
    public List<ModelPiece> TakeBack(long points, params IReadOnlyList<(ModelTerm Term, long Points)> filled)
    {
        var taken = new List<ModelPiece>();
        foreach (var (term, part) in filled.Where(_ => fault != ModelFault.ReturnsFromOtherLotsFirst))
        {
            var most = Math.Min(part, points - taken.Sum(piece => piece.Points));
            taken.AddRange(Take(most, _pieces.Where(piece => piece.Term == term)));
        }

        var pending = _pieces.Where(piece => piece.Term.Usable is not null && (piece.ReservedFor is null || fault == ModelFault.ReturnsTakeReserved)).OrderBy(piece => piece.Term.Usable).ThenBy(piece => piece.Term.Expires ?? DateTime.MaxValue);
        taken.AddRange(Take(points - taken.Sum(piece => piece.Points), [.. InOrder(), .. pending]));
        Owed += points - taken.Sum(piece => piece.Points);
        return taken;
    }

    /// <summary>
    /// Takes points of an expiry, which were there at a time, from what broke: at the first end of inactivity after that time, or
    /// at their own date.
    /// </summary>
    /// <returns>The points that were there to take.</returns>
    public long TakeLapsed(DateTime? of, DateTime recorded, DateTime now, long points)
    {
        var expiry = of ?? DateTime.MaxValue;
        var end = FirstEnd(of, recorded);
        if ((end is null && expiry > now) || fault == ModelFault.TakesExpiredTwice)
        {
            return 0;
        }

        var own = TakeLapsed((expiry, end), points);
        return own + (expiry <= now ? TakeLapsed((expiry, _inPool), points - own) : 0);
    }

    private long TakeLapsed((DateTime Expiry, DateTime? End) under, long points)
    {
        var part = Math.Min(points, _lapsed.GetValueOrDefault(under));
        _lapsed[under] = _lapsed.GetValueOrDefault(under) - part;
        Broken -= part;
        return part;
    }

    /// <summary>The first end of inactivity after a time, if it was before the points' own date.</summary>
    private DateTime? FirstEnd(DateTime? of, DateTime recorded) => _ends
        .Where(found => found > recorded && found < (of ?? DateTime.MaxValue) && fault != ModelFault.ReturnForgetsInactivity).Select(found => (DateTime?)found).Min();

    /// <summary>All points expire, also those that are pending or have no term.</summary>
    private void EndInactive(DateTime time)
    {
        InactiveTime = null;
        _ends.Add(time);
        foreach (var piece in _pieces.ToList())
        {
            var isSpared = piece.Term.Usable is not null && fault == ModelFault.InactivitySparesPending;
            if (isSpared || (piece.Term == default && fault == ModelFault.InactivitySparesPlain))
            {
                continue;
            }

            var pays = fault == ModelFault.PaysDebtAtInactivity ? PayDebt(piece.Points) : 0;
            Lapse(piece.Term.Expires ?? DateTime.MaxValue, piece.Term.Expires <= time ? null : time, piece.Points - pays);
            _pieces.Remove(piece);
        }
    }

    private void Lapse(DateTime expiry, DateTime? end, long points)
    {
        var lapsed = (fault == ModelFault.ReturnForgetsPools ? this : owner ?? this)._lapsed;
        var under = (expiry, owner is null ? end : _inPool);
        lapsed[under] = lapsed.GetValueOrDefault(under) + points;
        Broken += points;
    }

    private DateTime MomentOf(ModelPiece piece)
    {
        var (usable, expires) = (piece.Term.Usable ?? DateTime.MaxValue, pause.Later(piece.Term.Expires) ?? DateTime.MaxValue);
        return usable <= expires ? usable : expires;
    }

    private ModelPiece? NextDue() => _pieces.OrderBy(MomentOf).ThenBy(piece => piece.Term.Expires ?? DateTime.MaxValue).FirstOrDefault(piece => MomentOf(piece) < DateTime.MaxValue);

    private long PayDebt(long points)
    {
        var pays = Math.Min(points, Owed);
        Owed -= pays;
        return pays;
    }

    private List<ModelPiece> InOrder()
    {
        var usable = _pieces.Where(piece => piece.Term.Usable is null);
        return fault switch
        {
            ModelFault.TakesLatestExpiryFirst => [.. usable.OrderByDescending(piece => piece.Term.Expires ?? DateTime.MinValue)],
            ModelFault.TakesPlainFirst => [.. usable.OrderBy(piece => piece.Term.Expires ?? DateTime.MinValue)],
            _ => [.. usable.OrderBy(piece => piece.Term.Expires ?? DateTime.MaxValue)],
        };
    }

    private List<ModelPiece> Take(long points, IEnumerable<ModelPiece> order)
    {
        var taken = new List<ModelPiece>();
        foreach (var piece in order.ToList())
        {
            var part = Math.Min(points, piece.Points);
            if (part > 0)
            {
                (piece.Points, points) = (piece.Points - part, points - part);
                taken.Add(new ModelPiece(piece.Award, piece.Term, part));
            }
        }

        _pieces.RemoveAll(piece => piece.Points == 0);
        return taken;
    }
}
