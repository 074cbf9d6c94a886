using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Campaigns;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Lots;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Purchases;
using CoalitionGateway.Ledger.Rewards;
using CoalitionGateway.Ledger.Schedules;
using CoalitionGateway.Ledger.Tiers;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Ledger.Tests.Walks;

/// <summary>Makes the commands of a walk and the times between them. It looks into the store only for what falls due.</summary>
internal sealed partial class WalkMaker
{
    /// <summary>Walks with seeds below its negative are mostly about vouchers, payouts and payment codes.</summary>
    public const int FirstOfClaims = 0x1000000;

    private static readonly DateTime _first = new(2027, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Random _random;
    private readonly WalkFocus _focus;
    private readonly WalkRules _rules;
    private readonly MemoryStore _store;
    private readonly List<(PartnerId Partner, string Reference, Money Amount, string Number, bool IsReturn)> _made = [];
    private readonly Dictionary<(ProgrammeId Programme, string Campaign), CampaignRule> _campaigns = [];
    private readonly List<(PoolId Pool, MembershipId Membership)> _pools = [];
    private readonly Dictionary<string, List<string>> _cards = WalkWorld.Numbers.ToDictionary(found => found.Number, found => new List<string> { found.Number });
    private string _reference = "A-0";
    private int _id;

    public WalkMaker(int seed, MemoryStore store)
    {
        (_random, _store) = (new Random(seed), store);
        _focus = seed < -FirstOfClaims ? WalkFocus.Claims : seed < 0 ? WalkFocus.Spending : (WalkFocus)(seed % (int)WalkFocus.Spending);
        _rules = new WalkRules(_random, _focus);
        Now = _first.AddMinutes(_random.Next(200 * 24 * 60));
    }

    public DateTime Now { get; private set; }

    /// <summary>The rules that are there from the beginning.</summary>
    public IEnumerable<Command> First()
    {
        foreach (var (partner, programme) in WalkWorld.Agreements)
        {
            yield return Agreement(partner, programme);
        }

        foreach (var programme in new[] { Given.Stars, Given.Miles })
        {
            if (_rules.Is(_focus >= WalkFocus.Spending ? 97 : 85))
            {
                yield return new PublishProgrammeTerms(Next(), programme, _rules.ProgrammeRules(programme));
            }
        }

        for (var i = _random.Next(9); i > 0; i--)
        {
            yield return Campaign();
        }

        foreach (var reward in _focus >= WalkFocus.Spending ? _rewards : [])
        {
            yield return new PublishReward(Next(), Given.Stars, reward, _rules.Reward(Now));
        }

        foreach (var reward in _focus == WalkFocus.Claims ? _paidOut : [])
        {
            yield return new PublishReward(Next(), Given.Stars, reward, _rules.PaidOut(Now));
        }
    }

    /// <summary>Lets time pass: mostly little, sometimes months, often to the moment at which something falls due.</summary>
    public void Pass() => Now = _focus switch
    {
        WalkFocus.Cards when _rules.Is(60) => Now.AddMinutes(_random.Next(600)),
        WalkFocus.Claims when _rules.Is(80) => Now.AddSeconds(_random.Next(150)),
        WalkFocus.Spending when _rules.Is(75) => Now.AddSeconds(_random.Next(1500)),
        _ => Later(),
    };

    /// <summary>A time that is not before now.</summary>
    public DateTime Later()
    {
        var ends = _store.Rows.Select(row => row switch
        {
            Due found => found.DueTime,
            TierHeld held => held.UntilTime,
            Ledger.Campaigns.Campaign { Rule.ActivateUntilTime: { } until } => until,
            _ => Now,
        });
        var due = ends.Where(time => time > Now).Distinct().Order().Take(3).ToArray();
        return _random.Next(20) switch
        {
            < 8 => Now.AddSeconds(_random.Next(3600)),
            < 12 => Now.AddMinutes(_random.Next(30 * 60)),
            < 15 => Now.AddHours(_random.Next(10 * 24)),
            < 16 => Now.AddHours(_random.Next(75 * 24)),
            _ when due.Length == 0 => Now,
            < 18 => _rules.Any(due),
            _ => _rules.Any(due).AddMicroseconds(-1),
        };
    }

    public Command Make() => _random.Next(4) > (_focus >= WalkFocus.Spending ? 2 : 0) ? Usual() : _focus switch
    {
        WalkFocus.Offers => _rules.Is(45) ? Activate() : _rules.Is(85) ? Reverse() : Merge(),
        WalkFocus.Brands => _rules.Is(60) ? Purchase() : Reverse(),
        WalkFocus.Pauses => _rules.Is(85) ? Purchase() : Merge(),
        WalkFocus.Spending => _rules.Is(85) ? Spend() : Purchase(),
        WalkFocus.Claims => _rules.Is(90) ? Claims() : Purchase(),
        WalkFocus.Cards => _random.Next(8) switch { 0 => Replace(), 1 => Choose(), 2 or 3 => OfPool(), 4 => Reverse(), _ => Purchase() },
        _ => Usual(),
    };

    private Command Usual() => _random.Next(100) switch
    {
        < 37 => Purchase(),
        < 50 => Reverse(),
        < 58 => Return(),
        < 64 => Undo(),
        < 69 => Sweep(),
        < 73 => Transfer(),
        < 80 => OfPool(),
        < 87 => Award(),
        < 91 => Adjust(),
        < 92 => _random.Next(4) switch { 0 => Merge(), 1 => Activate(), 2 => Replace(), _ => Choose() },
        < 94 => Campaign(),
        < 95 => Close(),
        < 98 => _rules.Any([.. WalkWorld.Agreements.Select(found => Agreement(found.Partner, found.Programme))]),
        _ => ProgrammeTerms(),
    };

    private CommandContext Next() => new(Given.Context.Caller, Given.Uuid(++_id), new EventId(Given.Uuid(0x10000 + _id)));

    private DateTime? Beginning() => _rules.Any<DateTime?>(null, null, Now.AddDays(_random.Next(20)), Now.AddSeconds(-_random.Next(2)));

    private PublishAgreement Agreement(PartnerId partner, ProgrammeId programme)
    {
        var isOwn = partner == Given.Beanery == (programme == Given.Stars);
        return new PublishAgreement(Next(), partner, programme, _rules.Terms())
        {
            FromTime = _id < 4 ? null : Beginning(),
            AwardLimits = new AwardLimits(_rules.Any<long>(0, 50, 100), _rules.Any<long>(0, 100, 250)),
            UnlinkedReturns = new UnlinkedReturns(_rules.Any<long>(0, 0, 200), isOwn && _rules.Is(60)),
        };
    }

    private PublishProgrammeTerms ProgrammeTerms()
    {
        var programme = _rules.Any(Given.Stars, Given.Miles);
        return new PublishProgrammeTerms(Next(), programme, _rules.ProgrammeRules(programme)) { FromTime = Beginning() };
    }

    private PublishCampaign Campaign()
    {
        var key = (_rules.Any(Given.Stars, Given.Stars, Given.Stars, Given.Miles), _rules.Any("camp-b", "camp-a", "camp-d", "camp-c"));
        var rule = _rules.Campaign(Now, _campaigns.GetValueOrDefault(key));
        _campaigns[key] = rule;
        return new PublishCampaign(Next(), key.Item1, key.Item2, rule);
    }

    private MergeMemberships Merge() => new(Next(), _rules.Any(Given.Ada, Given.Bo), Given.Stars, CardOf(WalkWorld.SecondNumber), WalkWorld.Code, Given.Notice("2026-01"));

    /// <summary>The number of a card that began with a number: mostly the last one.</summary>
    private string CardOf(string first) => _rules.Is(_focus == WalkFocus.Cards ? 60 : 90) ? _cards[first][^1] : _rules.Any([.. _cards[first]]);

    private ReplaceMembershipNumber Replace()
    {
        var (partner, first) = _rules.Any([.. WalkWorld.Numbers]);
        var old = CardOf(first);
        var number = _rules.Is(90) ? $"{first}-{_id}" : _rules.Any([.. _cards.Where(card => card.Key[0] == first[0]).SelectMany(card => card.Value)]);
        if (!_cards.Values.Any(card => card.Contains(number)) && old == _cards[first][^1])
        {
            _cards[first].Add(number);
        }

        return new ReplaceMembershipNumber(Next(), partner, old, number);
    }

    private ChooseProgramme Choose() => new(
        Next(), _rules.Any(Given.Ada, Given.Bo), _rules.Is(90) ? Given.Aurora : Given.Beanery, _rules.Any(Given.Stars, Given.Miles));

    private ActivateCampaign Activate()
    {
        var waiting = _store.Rows.OfType<WaitingAward>().Where(row => !row.IsPaid).ToArray();
        if (waiting.Length > 0 && _rules.Is(60))
        {
            var row = _rules.Any(waiting);
            return new ActivateCampaign(Next(), WalkWorld.HolderOf(row.MembershipId), WalkWorld.ProgrammeOf(row.MembershipId), row.CampaignId);
        }

        var offers = _campaigns.Where(found => found.Value.ActivateUntilTime is not null).Select(found => found.Key).ToArray();
        var (programme, campaign) = _rules.Any(offers.Length > 0 && _rules.Is(95) ? offers : [(Given.Stars, "camp-a")]);
        var members = WalkWorld.Memberships.Where(found => found.Programme == programme).Select(found => WalkWorld.HolderOf(found.Membership));
        return new ActivateCampaign(Next(), _rules.Any([.. members]), programme, campaign);
    }

    private CloseBudget Close() => _store.Rows.OfType<Due>().FirstOrDefault(found => found.Kind == CloseBudget.DueKind) is { } due
        ? CloseBudget.For(due, Next())
        : new CloseBudget(Next(), Given.Stars, "camp-a");

    private RecordPurchase Purchase()
    {
        var (partner, number) = _rules.Any([.. _focus == WalkFocus.Brands ? WalkWorld.NumbersOfBo : WalkWorld.Numbers]);
        var reference = _rules.Is(3) && _made.Count > 0 ? _made[^1].Reference : $"R-{_id}";
        var amount = new Money(_rules.Is(88) ? "SEK" : "EUR", Micros());
        _made.Add((partner, reference, amount, number, false));
        return new RecordPurchase(Next(), partner, reference, CardOf(number), amount, TimeOfPurchase(WalkWorld.EarningOf(partner, number).Programme))
        {
            Details = _rules.Is(60) ? Details(amount.Micros) : null,
        };
    }

    private long Micros() => _random.Next(6) switch
    {
        0 => _rules.Any<long>(20_000_000, 19_990_000, 50_000_000, 49_990_000, 60_000_000, 150_000_000),
        1 => _random.Next(1, 40) * 7_000_000L,
        2 => _random.Next(1, 100) * 10_000_000L,
        _ => _random.Next(1, 20_000) * 10_000L,
    };

    private DateTime TimeOfPurchase(ProgrammeId programme)
    {
        var days = WalkWorld.DaysOf(programme);
        var midnight = days.StartOf(days.DayOf(Now));
        return _random.Next(_focus is WalkFocus.Pauses or WalkFocus.Cards ? 26 : 20) switch
        {
            < 11 => Now,
            < 13 => midnight,
            < 14 => midnight.AddMicroseconds(-1),
            < 17 => Now.AddMinutes(-_random.Next(5 * 24 * 60)),
            < 19 => Now.AddMinutes(-_random.Next(40 * 24 * 60)),
            _ => Now.AddMinutes(-_random.Next(100 * 24 * 60)),
        };
    }

    private PurchaseDetails Details(long micros)
    {
        var lines = new List<PurchaseLine>();
        if (_rules.Is(80))
        {
            var first = _random.NextInt64(micros + 1);
            var discount = _rules.Is(20) ? _random.NextInt64(micros) : 0;
            lines.Add(Line(first));
            lines.Add(Line(micros - first + discount));
            if (discount > 0)
            {
                lines.Add(Line(-discount));
            }
        }

        var paid = _random.Next(8) switch
        {
            0 => micros,
            1 => _random.NextInt64(micros),
            2 => micros / 2,
            _ => 0,
        };
        return new PurchaseDetails(lines, "", "", _rules.Any(SalesChannel.Store, SalesChannel.Web, SalesChannel.App, SalesChannel.Unspecified), paid);
    }

    private PurchaseLine Line(long micros) => new("", _rules.Any([.. WalkRules.Categories, ""]), _random.Next(1, 6) * 500, micros);

    private Command Reverse()
    {
        if (_made.Count == 0)
        {
            return Purchase();
        }

        var made = _made[Math.Max(0, _made.Count - 1 - (_rules.Is(70) ? _random.Next(6) : _random.Next(60)))];
        if (_focus == WalkFocus.Offers && _rules.Is(70) && _store.Rows.OfType<WaitingAward>().ToArray() is { Length: > 0 } offered)
        {
            var row = _rules.Any(offered);
            made = _made.Find(found => found.Partner == row.PartnerId && found.Reference == row.Reference);
        }

        var part = _random.NextInt64(1, made.Amount.Micros + 1);
        Money? amount = _rules.Is(_focus == WalkFocus.Offers ? 20 : 45) ? null : made.Amount with { Micros = _rules.Is(50) ? part : Math.Max(1, made.Amount.Micros / 4) };
        return new ReversePurchase(Next(), made.Partner, made.Reference, amount);
    }

    private RecordReturn Return()
    {
        // Often the member of the last step, so that several returns make a debt.
        var (partner, number) = _rules.Is(60) && _made.Count > 0 ? (_made[^1].Partner, _made[^1].Number) : _rules.Any([.. WalkWorld.Numbers]);
        var amount = new Money("SEK", Micros());
        var reference = $"T-{_id}";
        _made.Add((partner, reference, amount, number, true));
        return new RecordReturn(Next(), partner, reference, CardOf(number), amount, TimeOfPurchase(WalkWorld.EarningOf(partner, number).Programme));
    }

    private Command Undo()
    {
        var returns = _made.Where(found => found.IsReturn).ToArray();
        if (returns.Length == 0)
        {
            return Return();
        }

        var (partner, reference, _, _, _) = returns[Math.Max(0, returns.Length - 1 - _random.Next(4))];
        return new UndoReturn(Next(), partner, reference);
    }

    private AwardPoints Award()
    {
        var (partner, number) = _rules.Any([.. WalkWorld.Numbers]);
        _reference = _rules.Is(5) ? _reference : $"A-{_id}";
        if (_rules.Is(50))
        {
            return new AwardPoints(Next(), partner, _reference, CardOf(number), 0, AwardReason.Activity, null)
            {
                ActivityId = _rules.Any([.. WalkWorld.Activities]),
            };
        }

        if (_rules.Is(60))
        {
            return new AwardPoints(Next(), partner, _reference, CardOf(number), _rules.Any<long>(1, 20, 45), AwardReason.Goodwill, null);
        }

        var days = WalkWorld.DaysOf(WalkWorld.NumberedBy(number).Programme);
        DateTime? expire = _rules.Is(60) ? days.StartOf(days.DayOf(Now).AddDays(_random.Next(1, 60))) : null;
        return new AwardPoints(Next(), partner, _reference, CardOf(number), _rules.Any<long>(10, 60, 90), AwardReason.OpeningBalance, expire);
    }

    private AdjustPoints Adjust()
    {
        var number = _rules.Any([.. WalkWorld.Numbers]).Number;
        var (programme, points) = (WalkWorld.NumberedBy(number).Programme, _rules.Any<long>(-250, -120, -40, -1, 1, 30, 110));
        return new AdjustPoints(Next(), programme, CardOf(number), points, AdjustmentReason.Complaint, "case");
    }

    private Command Sweep()
    {
        var due = _store.Rows.OfType<Due>().Where(found => found.Kind is Lot.DueKind or Inactivity.DueKind or EndPaymentCode.DueKind).ToArray();
        var ripe = due.Where(found => found.DueTime <= Now).ToArray();
        var chosen = _rules.Any(ripe.Length > 0 ? ripe : due.Length > 0 ? due : [new Due(Lot.DueKind, $"{Given.Uuid(1)}", Now)]);
        return chosen.Kind switch
        {
            Lot.DueKind => new SettleLots(Next(), Guid.Parse(chosen.Subject)),
            EndPaymentCode.DueKind => EndPaymentCode.For(chosen, Next()),
            _ => SettleInactivity.For(chosen, Next()),
        };
    }

    private CreateTransfer Transfer()
    {
        var isToStars = _rules.Is(50);
        var (from, to) = isToStars ? (Given.Miles, Given.Stars) : (Given.Stars, Given.Miles);
        return new CreateTransfer(Next(), _rules.Any(Given.Ada, Given.Bo), from, to, 1000);
    }

    private Command OfPool()
    {
        if (_pools.Count < 2 || _rules.Is(8))
        {
            var (programme, membership) = WalkWorld.Memberships[_random.Next(2)];
            var created = new CreatePool(Next(), WalkWorld.HolderOf(membership), programme, new PoolId(Given.Uuid(0x20000 + _id)), new ParticipantId(Given.Uuid(0x20000 + _id)));
            _pools.Add((created.PoolId, membership));
            return created;
        }

        var (pool, own) = _rules.Any([.. _pools]);
        var member = WalkWorld.HolderOf(own);
        var points = _rules.Any<long>(1, 10, 40, 150, 400);
        return _random.Next(_focus == WalkFocus.Cards ? 18 : 11) switch
        {
            9 or 11 or 12 => Invite(member, pool),
            10 or > 12 => Accept(pool),
            < 5 => new ContributePoints(Next(), member, pool, points),
            < 8 => new WithdrawPoints(Next(), member, pool, points),
            _ => new LeavePool(Next(), member, pool),
        };
    }

    private InviteMember Invite(MemberId member, PoolId pool)
    {
        var number = CardOf(member == Given.Ada ? "S-2" : "S-1");
        return new InviteMember(Next(), member, pool, number, new ParticipantId(Given.Uuid(0x30000 + _id)), new MembershipId(Given.Uuid(0xdead)));
    }

    private AcceptInvitation Accept(PoolId pool)
    {
        var invitations = _store.Rows.OfType<Participant>().Where(row => !row.IsActive && WalkWorld.Memberships.Any(found => found.Membership == row.MembershipId)).ToArray();
        var share = (pool, WalkWorld.MembershipOf(_rules.Any(Given.Ada, Given.Bo), Given.Stars));
        if (invitations.Length > 0 && _rules.Is(85))
        {
            share = (invitations[^1].PoolId, invitations[^1].MembershipId);
        }

        if (!_pools.Contains(share))
        {
            _pools.Add(share);
        }

        return new AcceptInvitation(Next(), WalkWorld.HolderOf(share.Item2), share.Item1);
    }
}
