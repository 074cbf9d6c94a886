using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Cli.Sandbox;

/// <summary>
/// A small invented coalition on its own gateway. It is built with the gateway's public calls, in the roles of the operator,
/// the partners and the members. A second start over the same directory changes nothing: the request ids are the same.
/// </summary>
internal static class SandboxCoalition
{
    public const string App = "coalition-app";
    private const string _redirect = "http://127.0.0.1/callback";
    private const string _operator = "sandbox-operator";
    private const string _officer = "sandbox-officer";

    /// <summary>The apps in which the sandbox's operators and officers sign in.</summary>
    public static readonly SandboxApp Operators = new("operators-console", _redirect, Gateway.ScopesFor(CallerKind.Operator), [.. Gateway.SandboxPersons.Take(2)]);

    public static readonly SandboxApp Officers = new("officers-desk", _redirect, Gateway.ScopesFor(CallerKind.Officer), [.. Gateway.SandboxPersons.Skip(2)]);

    /// <summary>The sandbox's rules hold from this time on, so that purchases of any day can be tried.</summary>
    private static readonly DateTime _since = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The sandbox's rule for spending: in steps of 10, and above 5,000 points with the member's approval.</summary>
    public static SpendingRule Spending => new() { StepPoints = 10, MaxBillPercent = 100, ApprovalAbovePoints = 5000, ReservationMinutes = 30, GraceDays = 14 };

    private static readonly Guid _space = Guid.Parse("6f1d5a52-7c51-4f3e-9b0f-5b8d0e7a2c11");

    private static readonly (string Partner, string Name, string Programme, string ProgrammeName, string Zone, string Currency, long PointMicros)[] _brands =
    [
        ("aurora-air", "Aurora Air", "aurora-miles", "Aurora Miles", "Europe/Stockholm", "EUR", 10_000),
        ("fjord-foods", "Fjord Foods", "fjord-points", "Fjord Points", "Europe/Oslo", "EUR", 5_000),
        ("beanery", "The Beanery", "bean-stars", "Bean Stars", "Europe/Warsaw", "EUR", 4_000),
        ("lumen-hotels", "Lumen Hotels", "lumen-nights", "Lumen Nights", "Europe/Riga", "EUR", 6_000),
    ];

    // The brand, the programme, points for each euro.
    private static readonly (string Partner, string Programme, long Points)[] _agreements =
    [
        ("aurora-air", "aurora-miles", 5), ("fjord-foods", "fjord-points", 2), ("beanery", "bean-stars", 10), ("lumen-hotels", "lumen-nights", 3),
        ("fjord-foods", "aurora-miles", 1), ("beanery", "aurora-miles", 2), ("lumen-hotels", "aurora-miles", 2),
    ];

    private static readonly (string Source, string Destination, long Numerator, long Denominator)[] _routes =
    [
        ("fjord-points", "aurora-miles", 1, 2), ("bean-stars", "aurora-miles", 2, 5), ("lumen-nights", "aurora-miles", 3, 5),
        ("aurora-miles", "lumen-nights", 5, 4), ("aurora-miles", "fjord-points", 3, 2),
    ];

    private static readonly DateTime _norasDay = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);

    private static readonly (SandboxMember Member, MemberProfile Profile)[] _members =
    [
        (new SandboxMember("Astrid", [new("aurora-miles", "AU-1001"), new("fjord-points", "FJ-2001"), new("bean-stars", "BE-3001")]),
            new MemberProfile { DisplayName = "Astrid Berg", Email = "astrid.berg@example.com", PhoneNumber = "+46700000001", BirthDate = "1988-04-12", PostalCode = "111 22", CountryCode = "SE" }),
        (new SandboxMember("Jonas", [new("aurora-miles", "AU-1002"), new("lumen-nights", "LU-4002")]),
            new MemberProfile { DisplayName = "Jonas Kalnins", Email = "jonas@example.com", CountryCode = "LV" }),
        (new SandboxMember("Maja", [new("fjord-points", "FJ-2003"), new("bean-stars", "BE-3003")]), new MemberProfile()),
    ];

    /// <summary>A member with a past: purchases, a transfer, a consent and a brand that asked. The others begin with nothing.</summary>
    private static readonly (SandboxMember Member, MemberProfile Profile) _nora = (
        new SandboxMember("Nora", [new("fjord-points", "FJ-2004"), new("aurora-miles", "AU-1004"), new("bean-stars", "BE-3004"), new("lumen-nights", "LU-4004")]),
        new MemberProfile { DisplayName = "Nora Lind", Email = "nora.lind@example.com", BirthDate = "1979-09-30", PostalCode = "0150", CountryCode = "NO" });

    private static readonly (string Partner, string Number, long Euros)[] _norasPurchases =
        [("fjord-foods", "FJ-2004", 3150), ("aurora-air", "AU-1004", 420), ("beanery", "BE-3004", 64), ("lumen-hotels", "LU-4004", 780), ("fjord-foods", "FJ-2004", 85)];

    /// <summary>Starts a gateway over the directory, builds the coalition if missing, and writes DIR/sandbox.json.</summary>
    public static async Task<(LocalGateway Gateway, SandboxFile File)> Start(Place place, LogLevel logLevel)
    {
        var path = Path.Combine(place.Data, SandboxFile.Name);
        var before = File.Exists(path) ? SandboxFile.Read(path) : null;
        var operatorCredential = before is null ? LocalCredential.New(_operator) : new LocalCredential(before.Operator.ClientId, before.Operator.ClientSecret);
        var officerCredential = before is null ? LocalCredential.New(_officer) : new LocalCredential(before.Officer.ClientId, before.Officer.ClientSecret);
        var gateway = await LocalGateway.Start(
            place, sandbox: true, logLevel, operatorCredential.As(CallerKind.Operator), officerCredential.As(CallerKind.Officer),
            new ConfiguredClient { ClientId = App, Kind = CallerKind.Member },
            new ConfiguredClient { ClientId = Operators.ClientId, Kind = CallerKind.Operator }, new ConfiguredClient { ClientId = Officers.ClientId, Kind = CallerKind.Officer });
        try
        {
            using var connection = Connection.To(gateway.Options);
            var boss = connection.As(operatorCredential.ClientId, operatorCredential.Secret, console: Operators);
            var partners = await Found(boss.Programmes);
            await LetSpend(boss);
            foreach (var (member, profile) in _members)
            {
                await Enrol(connection, partners, member, profile);
            }

            await Enrol(connection, partners, _nora.Member, _nora.Profile);
            if (before is null)
            {
                await LetLive(connection, partners);
            }

            var file = Describe(gateway.Options, partners, operatorCredential, officerCredential) with { Members = await LetSignIn(connection, partners) };
            file.Write(path);
            gateway.EndPreparation();
            return (gateway, file);
        }
        catch (Exception failed)
        {
            await gateway.DisposeAsync();
            throw failed is RpcException call
                ? new CommandFailedException(
                    HoldsAnother(call) ? $"{place.Data} holds another coalition than this sandbox's. {FailedCall.Say(call)} Choose another --data." : $"The sandbox coalition was not brought about. {FailedCall.Say(call)}", failed)
                : failed;
        }
    }

    private static bool HoldsAnother(RpcException failed) =>
        GatewayRefusal.From(failed)?.ReasonText is { } reason
        && (reason is "REQUEST_ID_REUSED" or "PARTNER_HAS_PROGRAMME" || reason.EndsWith("_EXISTS", StringComparison.Ordinal) || reason.EndsWith("_TAKEN", StringComparison.Ordinal));

    private static async Task<IReadOnlyList<SandboxPartner>> Found(ProgrammeService.ProgrammeServiceClient programmes)
    {
        var partners = new List<SandboxPartner>();
        foreach (var brand in _brands)
        {
            var registered = await programmes.RegisterPartnerAsync(new RegisterPartnerRequest
            {
                RequestId = Id($"partner {brand.Partner}"),
                Partner = new Partner { PartnerId = brand.Partner, DisplayName = brand.Name },
            });
            await programmes.AgreePurposesAsync(new AgreePurposesRequest
            {
                RequestId = Id($"purposes {brand.Partner}"),
                PartnerId = brand.Partner,
                Purposes = { Purpose.Marketing, Purpose.Personalisation, Purpose.Analytics, Purpose.CustomerSupport },
            });
            partners.Add(new SandboxPartner(brand.Partner, brand.Programme, registered.ClientId, registered.ClientSecret, [.. registered.Scopes]));
            await programmes.CreateProgrammeAsync(new CreateProgrammeRequest
            {
                RequestId = Id($"programme {brand.Programme}"),
                Programme = new Programme
                {
                    ProgrammeId = brand.Programme,
                    PartnerId = brand.Partner,
                    DisplayName = brand.ProgrammeName,
                    TimeZone = brand.Zone,
                    PointValue = new V1.Money { CurrencyCode = brand.Currency, Micros = brand.PointMicros },
                },
            });
        }

        foreach (var (partner, programme, points) in _agreements)
        {
            await programmes.PublishAgreementAsync(new PublishAgreementRequest
            {
                RequestId = Id($"agreement {partner} {programme}"),
                Agreement = new Agreement
                {
                    PartnerId = partner,
                    ProgrammeId = programme,
                    Rates = { new Rate { Points = points, Spend = new V1.Money { CurrencyCode = "EUR", Micros = 1_000_000 } } },
                    Rounding = Rounding.Down,
                    FromTime = Timestamp.FromDateTime(_since),
                },
            });
        }

        foreach (var (source, destination, numerator, denominator) in _routes)
        {
            await programmes.PublishRouteAsync(new PublishRouteRequest
            {
                RequestId = Id($"route {source} {destination}"),
                Route = new Route { SourceProgrammeId = source, DestinationProgrammeId = destination, RatioNumerator = numerator, RatioDenominator = denominator },
            });
        }

        return partners;
    }

    /// <summary>Lets members spend each programme's points at its brand's tills, and publishes a reward.</summary>
    private static async Task LetSpend(CoalitionClient boss)
    {
        foreach (var brand in _brands)
        {
            await boss.Rules.PublishProgrammeTermsAsync(new PublishProgrammeTermsRequest
            {
                RequestId = Id($"terms {brand.Programme}"),
                Terms = new ProgrammeTerms { ProgrammeId = brand.Programme, FromTime = Timestamp.FromDateTime(_since), Spending = Spending },
            });
        }

        await boss.Rewards.PublishRewardAsync(new PublishRewardRequest
        {
            RequestId = Id("reward coffee"),
            Reward = new Reward
            {
                ProgrammeId = "bean-stars", RewardId = "coffee", PricePoints = 150, VoucherDays = 30, FromTime = Timestamp.FromDateTime(_since),
                UntilTime = Timestamp.FromDateTime(_since.AddYears(100)),
                Texts =
                {
                    new RewardText { Language = "en", Name = "A coffee" }, new RewardText { Language = "sv", Name = "En kaffe" }, new RewardText { Language = "nb", Name = "En kaffe" },
                    new RewardText { Language = "pl", Name = "Kawa" }, new RewardText { Language = "lv", Name = "Kafija" },
                },
            },
        });
    }

    /// <summary>Enrols a member in the first programme, then in the others, linking each with a one-time code.</summary>
    private static async Task Enrol(Connection connection, IReadOnlyList<SandboxPartner> partners, SandboxMember member, MemberProfile profile)
    {
        foreach (var (i, membership) in member.Memberships.Index())
        {
            var partner = connection.As(partners.First(found => found.ProgrammeId == membership.ProgrammeId).Credential);
            await partner.Members.EnrollMemberAsync(new EnrollMemberRequest
            {
                RequestId = Id($"enrol {membership.MembershipNumber}"),
                MembershipNumber = membership.MembershipNumber,
                Profile = i == 0 ? profile : null,
            });
            if (i == 0)
            {
                continue;
            }

            var code = await partner.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest
            {
                RequestId = Id($"code {membership.MembershipNumber}"),
                MembershipNumber = membership.MembershipNumber,
            });
            var app = await connection.AsMember(App, member.Memberships[0].MembershipNumber);
            await app.Members.LinkMembershipAsync(new LinkMembershipRequest
            {
                RequestId = Id($"link {membership.MembershipNumber}"),
                ProgrammeId = membership.ProgrammeId,
                MembershipNumber = membership.MembershipNumber,
                LinkCode = code.LinkCode,
            });
        }
    }

    /// <summary>Gives Nora her past.</summary>
    private static async Task LetLive(Connection connection, IReadOnlyList<SandboxPartner> partners)
    {
        foreach (var (i, (brand, number, euros)) in _norasPurchases.Index())
        {
            var partner = connection.As(partners.Single(found => found.PartnerId == brand).Credential);
            await partner.Earning.RecordPurchaseAsync(new RecordPurchaseRequest
            {
                RequestId = Id($"nora buys {i}"), PurchaseReference = $"nora-{i}", MembershipNumber = number,
                Amount = new V1.Money { CurrencyCode = "EUR", Micros = euros * 1_000_000 }, PurchaseTime = Timestamp.FromDateTime(_norasDay.AddHours(i)),
            });
        }

        var nora = await connection.AsMember(App, _nora.Member.Memberships[0].MembershipNumber);
        await nora.Transfers.CreateTransferAsync(
            new CreateTransferRequest { RequestId = Id("nora moves"), SourceProgrammeId = "fjord-points", DestinationProgrammeId = "aurora-miles", AmountPoints = 2000 });
        var notice = (await nora.Consents.GetNoticeAsync(new GetNoticeRequest { Language = "nb" })).Notice;
        await nora.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = Id("nora consents"), PartnerId = "fjord-foods", Purpose = Purpose.Marketing, Categories = { DataCategory.Contact },
            NoticeVersion = notice.Version, NoticeLanguage = notice.Language, Context = new ConsentContext { Channel = ConsentChannel.App },
        });
        var brands = connection.As(partners.Single(found => found.PartnerId == "fjord-foods").Credential);
        await brands.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = "FJ-2004", Purpose = Purpose.Marketing });
    }

    /// <summary>The members, each with a link with which they make a passkey in a browser.</summary>
    private static async Task<IReadOnlyList<SandboxMember>> LetSignIn(Connection connection, IReadOnlyList<SandboxPartner> partners)
    {
        var members = new List<SandboxMember>();
        foreach (var (member, _) in _members.Append(_nora))
        {
            var (programme, number) = member.Memberships[0];
            var brand = partners.Single(found => found.ProgrammeId == programme);
            var code = await connection.As(brand.ClientId, brand.ClientSecret).SignIns.CreateSignInCodeAsync(
                new CreateSignInCodeRequest { RequestId = Id($"sign-in {number}"), MembershipNumber = number });
            members.Add(member with { SignInUrl = code.SignInUrl });
        }

        return members;
    }

    private static SandboxFile Describe(
        GatewayOptions options, IReadOnlyList<SandboxPartner> partners, LocalCredential operatorCredential, LocalCredential officerCredential) => new(
            options.GrpcUrl, options.HttpUrl, options.Issuer, $"{options.Issuer}/oauth/token", $"{options.Issuer}/oauth/authorize",
            partners,
            new SandboxCredential(officerCredential.ClientId, officerCredential.Secret, Gateway.ScopesFor(CallerKind.Officer)),
            new SandboxCredential(operatorCredential.ClientId, operatorCredential.Secret, Gateway.ScopesFor(CallerKind.Operator)),
            new SandboxApp(App, _redirect, Gateway.ScopesFor(CallerKind.Member), []), Operators, Officers,
            [.. _brands.Select(brand => new SandboxProgramme(brand.Programme, brand.Partner, brand.ProgrammeName))],
            [.. _members.Append(_nora).Select(found => found.Member)]);

    private static string Id(string name) => RequestIds.FromName(_space, name).ToString();
}
