using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Tests.Platform.Journal;

/// <summary>Commands over a small coalition, the same for the same seed, including retries and reused request ids.</summary>
internal sealed class Scenario(int seed)
{
    private static readonly string[] _brands = ["alpha", "beta", "gamma"];
    private static readonly NoticesInForce _notices = new("v", ["v"]);
    private readonly Random _random = new(seed);
    private readonly List<Command> _commands = [];
    private readonly List<PoolId> _pools = [];
    private readonly MemberId[] _members = new MemberId[4];

    public IReadOnlyList<Command> Commands(int count)
    {
        var boss = new Caller(CallerKind.Operator, "boss");
        foreach (var brand in _brands)
        {
            _commands.Add(new RegisterPartner(NewContext(boss), new PartnerId(brand), brand, ["earning.write"], ["earning.write"], new byte[32]));
            _commands.Add(new AgreePurposes(NewContext(boss), new PartnerId(brand), [Purpose.Marketing]));
            _commands.Add(new CreateProgramme(NewContext(boss), Programme(brand), new PartnerId(brand), brand, "Europe/Riga", new Money("EUR", 10_000)));
            _commands.Add(new PublishAgreement(NewContext(boss), new PartnerId(brand), Programme(brand), new Terms([new Rate(100, new Money("EUR", 1_000_000))], Rounding.Nearest, [], 0)) { FromTime = DateTime.UnixEpoch, MayBePast = true });
        }

        _commands.Add(new PublishAgreement(NewContext(boss), new PartnerId("alpha"), Programme("beta"), new Terms([new Rate(70, new Money("EUR", 1_000_000))], Rounding.Up, [], 0)) { FromTime = DateTime.UnixEpoch, MayBePast = true });
        _commands.Add(new PublishRoute(NewContext(boss), Programme("alpha"), Programme("beta"), 1, 1, 1000, 0, true));
        _commands.Add(new PublishRoute(NewContext(boss), Programme("beta"), Programme("alpha"), 2, 3, 1000, 5000, true));
        for (var i = 0; i < _members.Length; i++)
        {
            _members[i] = new MemberId(Uuid());
            foreach (var brand in _brands)
            {
                // The first membership creates the member. The others are enrolled separately and linked with a code later.
                var member = brand == "alpha" ? _members[i] : new MemberId(Uuid());
                _commands.Add(new EnrollMember(
                    NewContext(new Caller(CallerKind.Partner, brand)), new PartnerId(brand), $"{brand}-{i}", member, new MembershipId(Uuid()),
                    new Profile(member, $"Member {i}", null, null, null, null, null), new Profile(member, $"Member {i}", null, null, null, null, null)));
                if (brand != "gamma" || i % 2 == 0)
                {
                    _commands.Add(new CreateLinkCode(NewContext(new Caller(CallerKind.Partner, brand)), new PartnerId(brand), $"{brand}-{i}", [7, (byte)i]));
                    _commands.Add(new LinkMembership(NewContext(Member(i)), _members[i], Programme(brand), $"{brand}-{i}", [7, (byte)i], new NoticesInForce("1", ["1"])));
                }
            }
        }

        while (_commands.Count < count)
        {
            _commands.Add(_random.Next(12) == 0 ? Retry(_commands[_random.Next(_commands.Count)]) : Any());
        }

        return _commands;
    }

    private Command Any()
    {
        var (i, brand) = (_random.Next(_members.Length), _brands[_random.Next(_brands.Length)]);
        var (member, partner) = (_members[i], new PartnerId(brand));
        var (asMember, asPartner) = (NewContext(Member(i)), NewContext(new Caller(CallerKind.Partner, brand)));
        var amount = new Money("EUR", _random.Next(1, 60_000_000));
        switch (_random.Next(12))
        {
            case 0 or 1 or 2:
                return new RecordPurchase(asPartner, partner, $"ref-{_random.Next(300)}", $"{brand}-{i}", amount, DateTime.UnixEpoch.AddYears(50));
            case 3:
                return new ReversePurchase(asPartner, partner, $"ref-{_random.Next(300)}", _random.Next(3) == 0 ? null : new Money("EUR", amount.Micros / 4 + 1));
            case 4:
                return new RecordReturn(asPartner, partner, $"ret-{_random.Next(300)}", $"{brand}-{i}", amount, DateTime.UnixEpoch.AddYears(50));
            case 5 or 6:
                return new CreateTransfer(asMember, member, Programme(brand), Programme(_brands[_random.Next(2)]), _random.Next(1, 6) * (_random.Next(5) == 0 ? 700 : 1000));
            case 7:
                _pools.Add(new PoolId(Uuid()));
                return new CreatePool(asMember, member, Programme(brand), _pools[^1], new ParticipantId(Uuid()));
            case 8 when _pools.Count > 0:
                return new InviteMember(asMember, member, Pool(), $"{brand}-{_random.Next(_members.Length)}", new ParticipantId(Uuid()), new MembershipId(Uuid()));
            case 9 when _pools.Count > 0:
                return _random.Next(3) switch
                {
                    0 => new AcceptInvitation(asMember, member, Pool()),
                    1 => new LeavePool(asMember, member, Pool()),
                    _ => new WithdrawPoints(asMember, member, Pool(), _random.Next(1, 900)),
                };
            case 10 when _pools.Count > 0:
                return new ContributePoints(asMember, member, Pool(), _random.Next(1, 900));
            case 11:
                return _random.Next(3) switch
                {
                    0 => new ChooseProgramme(asMember, member, partner, Programme(_brands[_random.Next(3)])),
                    1 => new GiveConsent(asMember, member, partner, Purpose.Marketing, [DataCategory.Contact], "v", "en", new NoticeRef("v", "en", [1]), _notices),
                    _ => new WithdrawConsent(asMember, member, partner, Purpose.Marketing, _notices),
                };
            default:
                return new CreateTransfer(asMember, member, Programme("alpha"), Programme("beta"), 1000);
        }
    }

    /// <summary>The same command again, or another body with its request id.</summary>
    private Command Retry(Command command) => command is CreateTransfer transfer && _random.Next(2) == 0
        ? transfer with { AmountPoints = transfer.AmountPoints + 1000 }
        : command with { Context = command.Context with { EventId = new EventId(Uuid()) } };

    private PoolId Pool() => _pools[_random.Next(_pools.Count)];

    private Caller Member(int i) => new(CallerKind.Member, _members[i].ToString());

    private static ProgrammeId Programme(string brand) => new($"{brand}-points");

    private CommandContext NewContext(Caller caller) => new(caller, Uuid(), new EventId(Uuid()));

    private Guid Uuid()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
