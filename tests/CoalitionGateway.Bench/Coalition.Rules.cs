using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Bench;

/// <summary>
/// A third brand with full rules: ten categories, three campaigns with budgets, caps a day and a month, tiers, pending points
/// that expire. Its members are not linked with the others.
/// </summary>
internal sealed partial class Coalition
{
    private const string _ruled = "gamma";
    private const int _categories = 10;
    private const long _plenty = 1_000_000_000_000;

    private Metadata? _gamma;

    private Metadata Gamma => _gamma ??= Authorized(CallerKind.Partner, _ruled);

    /// <summary>A purchase with three lines under the full rules.</summary>
    public Task<bool> RuledPurchase(int caller)
    {
        var request = Purchase(Random.Shared.Next(_members.Length), "g", 12_340_000);
        for (var i = 0; i < 3; i++)
        {
            request.Lines.Add(new PurchaseLine { Category = $"category-{Random.Shared.Next(_categories)}", AmountMicros = i < 2 ? 4_000_000 : 4_340_000 });
        }

        request.Channel = SalesChannel.Store;
        return Succeeds(() => new EarningService.EarningServiceClient(Channel(caller)).RecordPurchaseAsync(request, Gamma));
    }

    /// <summary>Tries a campaign on all purchases of the last hours under the full rules. Returns how many it tried.</summary>
    public async Task<long> Simulate(CancellationToken cancellation)
    {
        var campaign = Campaign(0);
        (campaign.CampaignId, campaign.Amount) = ("tried", 50);
        var (rules, headers) = (new RuleService.RuleServiceClient(_server.Channels[^1]), Authorized(CallerKind.Operator, Server.Operator));
        using var call = rules.SimulateRules(
            new SimulateRulesRequest { Campaign = campaign, FromTime = Timestamp.FromDateTime(DateTime.UtcNow.AddHours(-6)), UntilTime = Timestamp.FromDateTime(DateTime.UtcNow) },
            headers, cancellationToken: cancellation);
        var last = new SimulateRulesResponse();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(cancellation))
        {
            last = answer;
        }

        return last.Result is null ? 0 : last.Purchases;
    }

    /// <summary>
    /// Enrols members in a stream until a time is over. Returns how many. The stream has a token of its own: it ends when its
    /// token must be validated again.
    /// </summary>
    public async Task<long> EnrolInStream(int caller, bool hasProfile, Func<bool> isOver)
    {
        using var call = new MemberService.MemberServiceClient(Channel(caller)).EnrollMembers(Authorized(CallerKind.Partner, "alpha"));
        var answered = 0L;
        var reading = Task.Run(async () =>
        {
            await foreach (var answer in call.ResponseStream.ReadAllAsync())
            {
                answered += answer.Refusal is null ? 1 : 0;
            }
        });
        while (!isOver())
        {
            var profile = hasProfile ? new MemberProfile { DisplayName = "Ann Example", Email = "ann@example.com", BirthDate = "1990-02-28", PostalCode = "LV-1010", CountryCode = "LV" } : null;
            await call.RequestStream.WriteAsync(new EnrollMembersRequest
            {
                Enrolment = new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = Guid.NewGuid().ToString("N"), Profile = profile },
            });
        }

        await call.RequestStream.CompleteAsync();
        await reading;
        return answered;
    }

    /// <summary>Gives some members an opening balance each. All expire at one time, which is a whole minute.</summary>
    public async Task Award(int count, DateTime expire)
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async part =>
        {
            using var call = new EarningService.EarningServiceClient(Channel(part)).StreamAwards(Authorized(CallerKind.Partner, _ruled));
            var reading = Task.Run(async () =>
            {
                await foreach (var answer in call.ResponseStream.ReadAllAsync())
                {
                    if (answer.Refusal is { } refusal)
                    {
                        throw new InvalidOperationException(refusal.Message);
                    }
                }
            });
            for (var i = part; i < count; i += 4)
            {
                await call.RequestStream.WriteAsync(new StreamAwardsRequest
                {
                    Award = new AwardPointsRequest
                    {
                        RequestId = RequestIds.New(), AwardReference = RequestIds.New(), MembershipNumber = $"g{i}", AmountPoints = 1, Reason = AwardReason.OpeningBalance,
                        ExpireTime = Timestamp.FromDateTime(expire),
                    },
                });
            }

            await call.RequestStream.CompleteAsync();
            await reading;
        }));
    }

    private async Task FoundRules()
    {
        var headers = Authorized(CallerKind.Operator, Server.Operator);
        var (programmes, rules) = (new ProgrammeService.ProgrammeServiceClient(TwoOperators()), new RuleService.RuleServiceClient(TwoOperators()));
        await programmes.RegisterPartnerAsync(new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = _ruled, DisplayName = _ruled } }, headers);
        await programmes.CreateProgrammeAsync(
            new CreateProgrammeRequest
            {
                RequestId = RequestIds.New(),
                Programme = new Programme { ProgrammeId = $"{_ruled}-points", PartnerId = _ruled, DisplayName = _ruled, TimeZone = "Europe/Riga", PointValue = Money(10_000) },
            },
            headers);
        var agreement = new Agreement { PartnerId = _ruled, ProgrammeId = $"{_ruled}-points", Rates = { new Rate { Points = 1000, Spend = Money(1_000_000) } }, Rounding = Rounding.Down, MaxOpeningPoints = _plenty };
        agreement.Categories.AddRange(Enumerable.Range(0, _categories).Select(i => new CategoryFactor { Category = $"category-{i}", FactorPercent = 50 + (i * 25) }));
        await programmes.PublishAgreementAsync(new PublishAgreementRequest { RequestId = RequestIds.New(), Agreement = agreement }, headers);
        await rules.PublishProgrammeTermsAsync(
            new PublishProgrammeTermsRequest
            {
                RequestId = RequestIds.New(),
                Terms = new ProgrammeTerms
                {
                    ProgrammeId = $"{_ruled}-points", PendingDays = 14, Expiry = new Expiry { Months = 24, Snap = ExpirySnap.MonthEnd },
                    Tiers = new TierRule { Measure = TierMeasure.Points, StartMonth = 1, KeepMonths = 12, Levels = { new TierLevel { TierId = "gold", Threshold = 100_000, FactorPercent = 150 } } },
                    Caps = { new Cap { Period = CapPeriod.Day, MaxPoints = _plenty }, new Cap { Period = CapPeriod.Month, MaxPoints = _plenty } },
                },
            },
            headers);
        for (var i = 0; i < 3; i++)
        {
            await rules.PublishCampaignAsync(new PublishCampaignRequest { RequestId = RequestIds.New(), Campaign = Campaign(i) }, headers);
        }

        // Campaigns begin a moment after their publication.
        await Task.Delay(TimeSpan.FromSeconds(2));
    }

    private static Campaign Campaign(int i) => new()
    {
        ProgrammeId = $"{_ruled}-points", CampaignId = $"campaign-{i}", Filter = new CampaignFilter { Categories = { $"category-{i}", $"category-{i + 3}", $"category-{i + 6}" } },
        Effect = CampaignEffect.Percent, Amount = 20, PayerId = _ruled, BudgetPoints = _plenty,
        FromTime = Timestamp.FromDateTime(DateTime.UtcNow.AddSeconds(1)), UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)),
    };

    private async Task EnrolRuled(int i) => await new MemberService.MemberServiceClient(Channel(i)).EnrollMemberAsync(
        new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = $"g{i}" }, Gamma);
}
