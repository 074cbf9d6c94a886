using CoalitionGateway.Ledger.Compliance;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Linking;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Notifications;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Ledger.Transfers;

namespace CoalitionGateway.Ledger.Tests.Properties;

/// <summary>
/// The kinds of steps. The last two reuse an earlier step's request id: one with the same body, one with another body.
/// </summary>
internal enum Deed
{
    Earn, Reverse, Return, Transfer, CreatePool, Invite, Accept, Contribute, Withdraw, Leave,
    MakeCode, Link, Choose, GiveConsent, WithdrawConsent, RequestConsent, Disclose, Enrol, Publish, Agree, AgreePurposes, Close, UseRight, Office, Repeat, Reuse,
}

/// <summary>A deed, numbers that choose members and amounts, and the time since the step before.</summary>
internal sealed record Step(Deed Deed, int Who, int What, int Amount, TimeSpan Pause);

/// <summary>
/// Steps in a coalition of three programmes and four members. The commands depend only on the steps, never on the outcome of
/// earlier commands. So every way of executing the steps gets the same commands.
/// </summary>
internal sealed record Scenario(IReadOnlyList<Step> Steps)
{
    private const int _programmes = 3;
    private const int _members = 4;
    private static readonly DateTime _start = Given.Now;

    // No two circles have the same product, even if a route is doubled. Another test covers which of two equal circles a refusal
    // names.
    private static readonly (long Numerator, long Denominator)[,] _ratios =
    {
        { (1, 1), (4, 5), (3, 2) },
        { (6, 5), (1, 1), (7, 4) },
        { (3, 5), (9, 20), (1, 1) },
    };

    /// <summary>The coalition first, then the steps, each with the time of its decision.</summary>
    public IReadOnlyList<(Command Command, DateTime Now)> Commands
    {
        get
        {
            var founding = Founding().ToArray();
            var commands = new List<(Command, DateTime)>(founding.Select(command => (command, _start)));
            var now = _start;
            for (var at = 0; at < Steps.Count; at++)
            {
                now += Steps[at].Pause;
                commands.Add((Command(at), now));
            }

            return commands;
        }
    }

    public override string ToString() => string.Join('\n', Steps.Select((step, at) => $"{at}: {step}"));

    private static PartnerId Partner(int number) => new($"brand-{number % _programmes}");

    private static ProgrammeId Programme(int number) => new($"programme-{number % _programmes}");

    private static MemberId Member(int number) => new(Given.Uuid(100 + (number % _members)));

    private static string Number(int number) => $"N-{number % (_members + 1)}";

    private static byte[] Code(int programme, string number) => [(byte)(programme % _programmes), (byte)number[^1]];

    private static CommandContext NewContext(Caller caller, int request, int made) => new(caller, Given.Uuid(0x10000 + request), new EventId(Given.Uuid(0x20000 + made)));

    private static Caller CallerOf(PartnerId partner) => new(CallerKind.Partner, partner.Value);

    private static Caller CallerOf(MemberId member) => new(CallerKind.Member, member.ToString());

    /// <summary>
    /// Three brands with a programme each, which give points of their own programme and of one other, and routes between all of
    /// them. The members are enrolled in the first programme. In the other programmes there are memberships that can be linked
    /// to them; half of these are linked already.
    /// </summary>
    private static IEnumerable<Command> Founding()
    {
        var request = -1;
        CommandContext Next(Caller caller) => NewContext(caller, request, request--);
        var founder = new Caller(CallerKind.Operator, "founder");
        for (var i = 0; i < _programmes; i++)
        {
            yield return new RegisterPartner(Next(founder), Partner(i), $"Brand {i}", [], [], []);
            yield return new AgreePurposes(Next(founder), Partner(i), [Purpose.Marketing, Purpose.Personalisation]);
            yield return new CreateProgramme(Next(founder), Programme(i), Partner(i), $"Programme {i}", "Europe/London", Given.Gbp(5_000));
        }

        for (var i = 0; i < _programmes; i++)
        {
            yield return new PublishAgreement(Next(founder), Partner(i), Programme(i), Given.Terms(1, Given.Gbp(1_000_000))) { FromTime = _start, MayBePast = true };
            yield return new PublishAgreement(Next(founder), Partner(i), Programme(i + 1), Given.Terms(2, Given.Gbp(3_000_000), (Rounding)(1 + i))) { FromTime = _start, MayBePast = true };
            for (var to = 0; to < _programmes; to++)
            {
                if (to != i)
                {
                    yield return new PublishRoute(Next(founder), Programme(i), Programme(to), _ratios[i, to].Numerator, _ratios[i, to].Denominator, 1000, 0, true);
                }
            }

            for (var number = 0; number < _members; number++)
            {
                var member = new MemberId(Given.Uuid(100 + (i * _members) + number));
                yield return new EnrollMember(
                    Next(CallerOf(Partner(i))), Partner(i), Number(number), member, new MembershipId(Given.Uuid(200 + (i * _members) + number)),
                    new Profile(member, "told", null, null, null, null, null),
                    new Profile(member, number % 2 == 0 ? $"Name {i}" : null, null, $"{i}.{number}@example.org", null, null, null));
                if (i > 0 && number < 2)
                {
                    yield return new CreateLinkCode(Next(CallerOf(Partner(i))), Partner(i), Number(number), Code(i, Number(number)));
                    yield return new LinkMembership(Next(CallerOf(Member(number))), Member(number), Programme(i), Number(number), Code(i, Number(number)), Given.Notice("1"));
                }
            }
        }
    }

    private Command Command(int at)
    {
        var step = Steps[at];
        if (step.Deed is not (Deed.Repeat or Deed.Reuse) || at == 0)
        {
            return Body(at, at, at);
        }

        var target = Original(step.What % at);
        var asked = Body(target, target, at);
        return step.Deed == Deed.Repeat ? asked : Body(Original(step.Amount % at), at, at) with { Context = asked.Context };
    }

    /// <summary>
    /// The step whose request a repetition repeats. For the first step, or if there is no earlier request, the step itself.
    /// </summary>
    private int Original(int at)
    {
        while (at > 0 && Steps[at].Deed is Deed.Repeat or Deed.Reuse)
        {
            at = Steps[at].What % at;
        }

        return at;
    }

    /// <param name="body">The step that determines the body.</param>
    /// <param name="request">The step that determines the request id.</param>
    /// <param name="made">The step that determines the gateway's proposals: each try proposes new ones.</param>
    private Command Body(int body, int request, int made)
    {
        var (deed, who, what, amount, _) = Steps[body];
        var (partner, member, fresh) = (Partner(who), Member(IsInPool(deed) && what % 10 < 6 ? Founder(body, what) : who), 0x30000 + made);
        var (byPartner, byMember) = (NewContext(CallerOf(partner), request, made), NewContext(CallerOf(member), request, made));
        var micros = (1 + amount) * 7_333_333L;
        var points = 1 + (amount % 300 * (1 + (what % 5)));
        return deed switch
        {
            Deed.Reverse => new ReversePurchase(byPartner, partner, $"R-{what % 8}", amount % 3 == 0 ? null : Given.Gbp(1 + (micros / 3))),
            Deed.Return when amount % 7 == 0 => new UndoReturn(byPartner, partner, $"T-{Last(Deed.Return, body)}"),
            Deed.Return => new RecordReturn(byPartner, partner, $"T-{body}", Number(what), Given.Gbp(micros), _start),
            Deed.Transfer => new CreateTransfer(byMember, member, Programme(what), Programme(what + 1 + (amount % 2)), (1 + (amount % 3)) * (amount % 10 == 0 ? 700 : 1000)),
            Deed.CreatePool => new CreatePool(byMember, member, Programme(what % 4 == 0 ? 1 : 0), new PoolId(Given.Uuid(fresh)), new ParticipantId(Given.Uuid(fresh))),
            Deed.Invite => new InviteMember(byMember, member, Pool(body, what), Number(amount), new ParticipantId(Given.Uuid(fresh)), new MembershipId(Given.Uuid(0x70000 + amount))),
            Deed.Accept => new AcceptInvitation(byMember, member, Pool(body, what)),
            Deed.Contribute => new ContributePoints(byMember, member, Pool(body, what), points),
            Deed.Withdraw => new WithdrawPoints(byMember, member, Pool(body, what), points),
            Deed.Leave => new LeavePool(byMember, member, Pool(body, what)),
            Deed.MakeCode => new CreateLinkCode(byPartner, partner, Number(what), Code(who, Number(what))),
            Deed.Link => new LinkMembership(byMember, member, Programme(what), Number(amount), amount % 10 == 0 ? [0] : Code(what, Number(amount)), Given.Notice("1")),
            Deed.Choose => new ChooseProgramme(byMember, member, Partner(what), Programme(what + (amount % 3))),
            Deed.GiveConsent => new GiveConsent(
                byMember, member, Partner(what), (Purpose)(2 + (amount % 2)), amount % 3 == 0 ? [DataCategory.Contact] : [DataCategory.Identity, DataCategory.Location],
                "1", "en", new NoticeRef("1", "en", [7]), Given.Notice(amount % 20 == 0 ? "2" : "1")),
            Deed.WithdrawConsent => amount % 4 == 0
                ? amount % 8 == 0
                    ? new RefuseConsent(byMember, member, Partner(what), Purpose.Marketing, "1", "en", new NoticeRef("1", "en", [7]), Given.Notice("1"))
                    : new DeferConsent(byMember, member, Partner(what), Purpose.Marketing, "1", "en", new NoticeRef("1", "en", [7]), Given.Notice("1"))
                : new WithdrawConsent(byMember, member, Partner(what), (Purpose)(2 + (amount % 2)), Given.Notice("1")),
            Deed.RequestConsent => amount % 3 == 0
                ? new RevokeConsent(byPartner, partner, Number(what), (Purpose)(2 + (amount % 2)), new NoticeRef("1", "en", [7]), Given.Notice("1"))
                : new RequestConsent(byPartner, partner, Number(what), (Purpose)(2 + (amount % 2)), [DataCategory.Contact], new NoticeRef("1", "en", [7]), Given.Notice("1")),
            Deed.AgreePurposes => new AgreePurposes(byPartner, partner, amount % 5 == 0 ? [Purpose.Marketing] : [Purpose.Marketing, Purpose.Personalisation]),
            Deed.Close => (amount % 4) switch
            {
                0 or 1 => new EraseMember(byMember, member, amount % 4 == 0, Given.Notice("1")),
                2 => new PlaceHold(byMember, member, HoldGround.LegalClaims, _start.AddMinutes(what * 60)),
                _ => new PublishClosingRule(byPartner, Programme(who), what % 2 == 0 ? Number(amount) : null),
            },
            Deed.UseRight => (amount % 5) switch
            {
                0 => new RectifyProfile(byMember, member, new Profile(member, "told", null, null, null, null, null), new Profile(member, $"Name {made}", null, null, null, null, null), ["display_name"]),
                1 => new RestrictProcessing(byMember, member, RestrictionGround.LegalClaims),
                2 => new LiftRestriction(byMember, member),
                3 when what % 8 == 0 => new RefuseSharing(byMember, member, RefusalSignal.Member, Given.Notice("1")),
                _ => new AcknowledgeNotification(byPartner, partner, Told(body, what, partner)),
            },
            Deed.Office => (amount % 6) switch
            {
                0 => new OpenRequest(byMember, member, DataRight.Access, _start),
                1 => new ExtendRequest(byMember, Earlier(body, what), ExtensionReason.Complexity),
                2 => new CloseRequest(byMember, Earlier(body, what), RequestOutcome.Fulfilled),
                3 => new ReleaseHold(byMember, Earlier(body, what)),
                4 => new ReportBreach(byPartner, what % 2 == 0 ? partner : null, _start, _start.AddDays(1), _start),
                _ => new CloseBreach(byPartner, Earlier(body, what), _start),
            },
            Deed.Disclose => new Disclose(
                byPartner, partner, Number(what), (Purpose)(2 + (amount % 2)),
                [new("n", DataCategory.None), new("c", DataCategory.Contact), new("i", DataCategory.Identity)], Given.Notice("1")),
            Deed.Enrol => new EnrollMember(
                byPartner, partner, amount % 2 == 0 ? Number(what) : $"X-{body}", new MemberId(Given.Uuid(fresh)), new MembershipId(Given.Uuid(fresh)),
                new Profile(new MemberId(Given.Uuid(fresh)), null, null, "told@example.org", null, null, null),
                new Profile(new MemberId(Given.Uuid(fresh)), null, null, "x@example.org", null, null, null)),
            Deed.Publish => new PublishRoute(
                byPartner, Programme(who), Programme(who + 1 + (what % 2)), _ratios[who % 3, (who + 1 + (what % 2)) % 3].Numerator * (1 + (amount % 2)),
                _ratios[who % 3, (who + 1 + (what % 2)) % 3].Denominator, 1000 * (1 + (amount / 4 % 2)), 0, amount % 4 != 0),
            Deed.Agree => new PublishAgreement(byPartner, partner, Programme(who + (what % 2)), Given.Terms(1 + (amount % 3), Given.Gbp(1_000_000), (Rounding)(1 + (amount % 3)))) { UnlinkedReturns = new UnlinkedReturns(amount % 4 == 0 ? 50 : 0, amount % 5 == 0) },
            _ => new RecordPurchase(byPartner, partner, $"R-{(amount % 2 == 0 ? what % 8 : body)}", Number(what), Given.Gbp(micros), _start),
        };
    }

    /// <summary>The last step of a kind before this one; this step if there is none.</summary>
    private int Last(Deed deed, int at) => Enumerable.Range(0, at).Where(step => Steps[step].Deed == deed).DefaultIfEmpty(at).Last();

    /// <summary>The reference under which a partner was notified of an earlier step, if it was.</summary>
    private Guid Told(int at, int what, PartnerId partner)
    {
        var about = Earlier(at, what);
        var kind = (NotificationKind)(1 + (what % 4));
        return new CommandContext(CallerOf(partner), Guid.Empty, about).ReferenceFor(partner, $"{kind} ");
    }

    /// <summary>The event of an earlier step that this step can be about, if that step made one.</summary>
    private EventId Earlier(int at, int what)
    {
        var deed = Steps[at].Deed;
        var about = Enumerable.Range(0, at).Where(step => IsAbout(deed, Steps[step])).ToArray();
        return new EventId(Given.Uuid(0x20000 + (about.Length == 0 ? 0xffff : about[Math.Max(0, about.Length - 1 - (what % 4))])));
    }

    private static bool IsAbout(Deed deed, Step earlier) => deed == Deed.Office
        ? (earlier.Deed == Deed.Office && earlier.Amount % 6 is 0 or 4) || (earlier.Deed == Deed.Close && earlier.Amount % 4 == 2)
        : (earlier.Deed == Deed.UseRight && earlier.Amount % 5 < 3) || earlier.Deed == Deed.Close;

    private static bool IsInPool(Deed deed) => deed is Deed.Invite or Deed.Contribute or Deed.Withdraw or Deed.Leave;

    /// <summary>
    /// Usually the pool that a recent step may have created, otherwise the pool before it. Without either, a pool that never
    /// existed.
    /// </summary>
    private PoolId Pool(int at, int what) => new(Given.Uuid(Creation(at, what) is { } created ? 0x30000 + created : 0));

    /// <summary>A member who is certainly in that pool, if it was created and they have not left.</summary>
    private int Founder(int at, int what) => Creation(at, what) is { } created ? Steps[created].Who : what;

    private int? Creation(int at, int what)
    {
        var created = Enumerable.Range(0, at).Where(step => Steps[step].Deed == Deed.CreatePool).ToArray();
        return created.Length == 0 ? null : created[Math.Max(0, created.Length - 1 - (what % 5 / 4))];
    }
}
