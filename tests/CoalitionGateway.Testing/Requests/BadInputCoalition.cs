using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Ledger.SignIns;
using System.Text.Json.Nodes;
using CoalitionGateway.Audit;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Testing.Requests;

/// <summary>A coalition for these tests alone, with the objects that the table's requests name.</summary>
public sealed class BadInputCoalition : IAsyncLifetime
{
    private readonly Dictionary<string, string> _values = [];
    private TestCoalition _coalition = null!;

    public Action<GatewayOptions>? Configure { get; init; }

    public Action<WebApplicationBuilder>? Extend { get; init; }

    public Dictionary<CallerKind, string> Tokens { get; } = [];

    /// <summary>The token of a member other than the table's.</summary>
    public string FriendsToken { get; private set; } = "";

    public TestGateway Gateway => _coalition.Gateway;

    public TestCoalition Coalition => _coalition;

    /// <summary>Values for the table's {placeholders}.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    public async ValueTask InitializeAsync()
    {
        _coalition = new TestCoalition { Configure = DueAtOnce, Extend = Extend };
        await _coalition.InitializeAsync();
        var (alpha, beta, gamma, gateway) = (_coalition.Alpha, _coalition.Beta, _coalition.Gamma, _coalition.Gateway);
        var member = await _coalition.Member(alpha, beta);
        var friend = await _coalition.Member(alpha);
        var stranger = await _coalition.Member(beta, gamma);
        await TestCoalition.Buy(alpha, member, 5000, "bought");
        await TestCoalition.Buy(beta, stranger, 9000, "strangers");
        await Rules(alpha.ProgrammeId);
        _values["number"] = member.Numbers[alpha.ProgrammeId];
        _values["friend"] = friend.Numbers[alpha.ProgrammeId];
        _values["strangersNumber"] = stranger.Numbers[beta.ProgrammeId];
        await alpha.Client.Earning.RecordReturnAsync(new RecordReturnRequest
        {
            RequestId = RequestIds.New(), ReturnReference = "returned", MembershipNumber = member.Numbers[alpha.ProgrammeId], Amount = TestCoalition.Euro(1),
            ReturnTime = Timestamp.FromDateTime(DateTime.UtcNow),
        });
        _values["return"] = "returned";
        _values["purchase"] = "bought";
        _values["strangersPurchase"] = "strangers";
        _values["bare"] = "without-programme";
        await gateway.Operator.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = "without-programme", DisplayName = "Bare" } });
        _values["transfer"] = (await member.Client.Transfers.CreateTransferAsync(Transfer(alpha, beta, 1000))).Transfer.TransferId;
        _values["strangersTransfer"] = (await stranger.Client.Transfers.CreateTransferAsync(Transfer(beta, gamma, 4000))).Transfer.TransferId;
        _values["pool"] = await Pool(member, alpha);
        _values["strangersPool"] = await Pool(stranger, beta);
        _values["invitation"] = await Pool(friend, alpha);
        await friend.Client.Pools.InviteMemberAsync(new InviteMemberRequest { RequestId = RequestIds.New(), PoolId = _values["invitation"], MembershipNumber = _values["number"] });
        await member.Client.Pools.ContributePointsAsync(new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = _values["pool"], AmountPoints = 100 });
        await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "en",
        });
        await friend.Client.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "en",
        });
        await alpha.Client.Consents.RequestConsentAsync(new RequestConsentRequest
        {
            RequestId = RequestIds.New(), MembershipNumber = _values["number"], Purpose = Purpose.Analytics, Categories = { DataCategory.Contact },
        });
        await Lengthen(member);
        var elsewhere = await _coalition.Member(gamma);
        _values["gamma"] = elsewhere.Numbers[gamma.ProgrammeId];
        _values["code"] = (await gamma.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = _values["gamma"] })).LinkCode;
        var twin = await _coalition.Member(alpha);
        _values["twin"] = twin.Numbers[alpha.ProgrammeId];
        _values["twinCode"] = (await alpha.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = _values["twin"] })).LinkCode;
        _values["optIn"] = await OptIn();
        _values["lost"] = (await _coalition.Member(alpha)).Numbers[alpha.ProgrammeId];
        await SignIns(member, friend);
        await Proposals();
        await Spending(member);
        await Compliance(member);
        gateway.TakeIn();
        _values["event"] = (await member.Client.Audit.ListEventsAsync(new ListEventsRequest())).Events[0].EventId;
        Tokens[CallerKind.Partner] = await gateway.TokenOf(alpha.ClientId, alpha.Secret, "");
        Tokens[CallerKind.Member] = await gateway.SignIn(_values["number"]);
        FriendsToken = await gateway.SignIn(_values["friend"]);
        Tokens[CallerKind.Officer] = await gateway.TokenOfPerson("officer-one");
        Tokens[CallerKind.Operator] = await gateway.TokenOfPerson("operator-one");
    }

    /// <summary>Proposals of the tool's for others to decide, one of operator-one's own, and one that another change outdated.</summary>
    private async Task Proposals()
    {
        var (one, two) = (Gateway.AsPerson("operator-one"), Gateway.AsPerson("operator-two"));
        async Task<string> Propose(CoalitionClient person, long ratio) => (await person.Programmes.PublishRouteAsync(new PublishRouteRequest
        {
            RequestId = RequestIds.New(), Route = new Route { SourceProgrammeId = "gamma-points", DestinationProgrammeId = "beta-points", RatioNumerator = 1, RatioDenominator = ratio, State = RouteState.Open },
        })).Proposal.ProposalId;
        _values["outdatedProposal"] = await Propose(two, 101);
        _values["closedProposal"] = await Propose(one, 102);
        await two.Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = _values["closedProposal"] });
        _values["proposal"] = await Propose(two, 103);
        _values["declinable"] = await Propose(two, 104);
        _values["ownProposal"] = await Propose(one, 105);
    }

    /// <summary>A member with two passkeys and an open code, and another member with a code.</summary>
    private async Task SignIns(TestMember member, TestMember other)
    {
        var (id, journal) = (new Ledger.MemberId(Guid.Parse(await Gateway.MemberId(member.Numbers["alpha-points"]))), Gateway.Services.GetRequiredService<CommandJournal>());
        foreach (var credential in new[] { "aa", "bb" })
        {
            var passkey = new Passkey(Guid.CreateVersion7(), id, credential, [1], "", true, "Phone", default);
            _values["passkey"] = passkey.Id.ToString();
            await journal.Submit<PasskeyAdded>(new AddPasskey(Ledger.Caller.Of(id).NewContext(Guid.NewGuid()), id, passkey, null));
        }

        await _coalition.Alpha.Client.SignIns.CreateSignInCodeAsync(new CreateSignInCodeRequest { RequestId = RequestIds.New(), MembershipNumber = member.Numbers["alpha-points"] });
        _values["signInCode"] = (await _coalition.Alpha.Client.SignIns.CreateSignInCodeAsync(
            new CreateSignInCodeRequest { RequestId = RequestIds.New(), MembershipNumber = other.Numbers["alpha-points"] })).SignInCode;
    }

    /// <summary>Payments with points at alpha in all states, rewards, and vouchers.</summary>
    private async Task Spending(TestMember member)
    {
        var (alpha, rewards) = (_coalition.Alpha.Client.Rewards, _coalition.Gateway.Operator.Rewards);
        await Gateway.Operator.Rules.PublishProgrammeTermsAsync(new PublishProgrammeTermsRequest
        {
            RequestId = RequestIds.New(),
            Terms = new ProgrammeTerms { ProgrammeId = "alpha-points", Spending = new SpendingRule { StepPoints = 10, MaxBillPercent = 50, ReservationMinutes = 60 } },
        });
        foreach (var name in new[] { "reserved", "released", "spent", "approving", "declining" })
        {
            var made = (await alpha.ReservePointsAsync(new ReservePointsRequest
            {
                RequestId = RequestIds.New(), RedemptionReference = name, MembershipNumber = _values["number"], AmountPoints = 50, Bill = TestCoalition.Euro(10), SpendNow = name == "spent",
            })).Redemption;
            _values[name] = name;
            _values[name switch { "approving" => "redemption", "declining" => "declined", _ => $"{name}Id" }] = made.RedemptionId;
        }

        foreach (var id in new[] { "returnable", "coffee", "tea" })
        {
            await rewards.PublishRewardAsync(new PublishRewardRequest
            {
                RequestId = RequestIds.New(),
                Reward = new Reward
                {
                    ProgrammeId = "alpha-points", RewardId = id, PricePoints = 10, Texts = { new RewardText { Language = "en", Name = id } }, VoucherDays = 30, Returnable = id == "returnable",
                    FromTime = TestCoalition.Past, UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)),
                },
            });
            var claimed = await member.Client.Rewards.ClaimRewardAsync(new ClaimRewardRequest { RequestId = RequestIds.New(), ProgrammeId = "alpha-points", RewardId = id });
            (_values["reward"], _values[id == "returnable" ? "usedVoucher" : "voucher"]) = (id, claimed.Voucher.VoucherCode);
        }

        await alpha.UseVoucherAsync(new UseVoucherRequest { RequestId = RequestIds.New(), VoucherCode = _values["usedVoucher"] });
    }

    /// <summary>A campaign that members of alpha's programme activate.</summary>
    private async Task<string> OptIn()
    {
        var (id, from) = ($"opt-in-{Guid.NewGuid().ToString("N")[..8]}", DateTime.UtcNow.AddMinutes(1));
        await _coalition.Gateway.Operator.Rules.PublishCampaignAsync(new PublishCampaignRequest
        {
            RequestId = RequestIds.New(),
            Campaign = new Campaign
            {
                ProgrammeId = "alpha-points", CampaignId = id, FromTime = Timestamp.FromDateTime(from), UntilTime = Timestamp.FromDateTime(from.AddYears(1)),
                ActivateUntilTime = Timestamp.FromDateTime(from.AddYears(1)), Effect = CampaignEffect.Fixed, Amount = 1, Filter = new CampaignFilter { Shops = { "nowhere" } },
            },
        });
        return id;
    }

    public ValueTask DisposeAsync() => _coalition.DisposeAsync();

    /// <summary>Makes the records of erased members due at once. Two are due, so that the list has entries.</summary>
    private void DueAtOnce(GatewayOptions options)
    {
        (options.Privacy.BooksYears, options.Privacy.ProofYears) = (0, 0);
        Configure?.Invoke(options);
    }

    /// <summary>Creates the records of members' rights and of an officer's work.</summary>
    private async Task Compliance(TestMember member)
    {
        var (alpha, gateway, id) = (_coalition.Alpha, _coalition.Gateway, await _coalition.Gateway.MemberId(_values["number"]));
        _values["memberId"] = id;
        _values["consent"] = (await member.Client.Consents.ListConsentsAsync(new ListConsentsRequest())).Consents.Last(consent => consent.State == ConsentState.Given).ConsentEventId;
        foreach (var gone in new[] { await _coalition.Member(alpha), await _coalition.Member(alpha) })
        {
            await gone.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New() });
        }

        _values["notification"] = (await alpha.Client.Privacy.ListNotificationsAsync(new ListNotificationsRequest())).Notifications[^1].NotificationId;

        var leaving = await _coalition.Member(alpha);
        await TestCoalition.Buy(alpha, leaving, 7);
        _values["leaving"] = await gateway.MemberId(leaving.Numbers[alpha.ProgrammeId]);
        var compliance = gateway.Officer.Compliance;
        foreach (var (name, received) in new[] { ("request", -1), ("closedRequest", -2), ("overdueRequest", -70) })
        {
            _values[name] = (await compliance.OpenRequestAsync(new OpenRequestRequest
            {
                RequestId = RequestIds.New(), MemberId = id, Right = DataRight.Access, ReceiveTime = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(received)),
            })).Request.DataRequestId;
        }

        await compliance.CloseRequestAsync(new CloseRequestRequest { RequestId = RequestIds.New(), DataRequestId = _values["closedRequest"], Outcome = RequestOutcome.Fulfilled });
        for (var i = 0; i < 2; i++)
        {
            _values["hold"] = (await compliance.PlaceHoldAsync(new PlaceHoldRequest
            {
                RequestId = RequestIds.New(), MemberId = id, Ground = HoldGround.LegalClaims, UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)),
            })).Hold.HoldId;
        }

        foreach (var name in new[] { "breach", "closedBreach" })
        {
            var then = Timestamp.FromDateTime(DateTime.UtcNow.AddDays(-3));
            _values[name] = (await compliance.ReportBreachAsync(new ReportBreachRequest
            {
                RequestId = RequestIds.New(), FromTime = then, ToTime = Timestamp.FromDateTime(DateTime.UtcNow), AwareTime = then,
            })).Breach.BreachId;
        }

        await compliance.CloseBreachAsync(new CloseBreachRequest { RequestId = RequestIds.New(), BreachId = _values["closedBreach"], NotifyTime = Timestamp.FromDateTime(DateTime.UtcNow) });
    }

    /// <summary>Gives every list of the member, or about the member, a second row.</summary>
    /// <summary>Two versions of terms and two campaigns, which change nothing now.</summary>
    private async Task Rules(string programme)
    {
        await Gateway.Operator.Programmes.PublishAgreementAsync(new PublishAgreementRequest
        {
            RequestId = RequestIds.New(),
            Agreement = new Agreement { PartnerId = "gamma", ProgrammeId = programme, Rounding = Rounding.Down, Rates = { new Rate { Points = 1, Spend = TestCoalition.Euro(1) } } },
        });
        for (var i = 1; i <= 2; i++)
        {
            await Gateway.Operator.Rules.PublishProgrammeTermsAsync(new PublishProgrammeTermsRequest
            {
                RequestId = RequestIds.New(), Terms = new ProgrammeTerms { ProgrammeId = programme, FromTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(i)) },
            });
            await Gateway.Operator.Rules.PublishCampaignAsync(new PublishCampaignRequest
            {
                RequestId = RequestIds.New(),
                Campaign = new Campaign
                {
                    ProgrammeId = programme, CampaignId = $"later-{i}", Effect = CampaignEffect.Fixed, Amount = 1,
                    FromTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)), UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(2)),
                },
            });
        }
    }

    private async Task Lengthen(TestMember member)
    {
        await member.Client.Transfers.CreateTransferAsync(Transfer(_coalition.Alpha, _coalition.Beta, 1000));
        await Pool(member, _coalition.Alpha);
        await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "gamma", Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "en",
        });
        for (var i = 0; i < 2; i++)
        {
            await _coalition.Alpha.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = _values["number"], Purpose = Purpose.Marketing });
        }
    }

    private static CreateTransferRequest Transfer(TestPartner source, TestPartner destination, long points) => new()
    {
        RequestId = RequestIds.New(), SourceProgrammeId = source.ProgrammeId, DestinationProgrammeId = destination.ProgrammeId, AmountPoints = points,
    };

    private static async Task<string> Pool(TestMember member, TestPartner partner) =>
        (await member.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = partner.ProgrammeId })).PoolId;

    public static byte[] Bytes(string method, JsonObject json) =>
        new JsonParser(JsonParser.Settings.Default).Parse(json.ToJsonString(), RawCalls.Methods[method].InputType).ToByteArray();

    public JsonObject Json(string method)
    {
        _values["id"] = RequestIds.New();
        _values["new"] = $"n{Guid.NewGuid():N}";
        _values["slug"] = $"s{Guid.NewGuid():N}"[..30];
        return (JsonObject)JsonNode.Parse(FaultTable.Valid[method].Json)!;
    }

    /// <summary>The refusal of a call, or of the only entry of a stream; null if it succeeds.</summary>
    public async Task<GatewayRefusal?> Refusal(string method, byte[] request, string token)
    {
        var (failed, answer) = await RawCalls.Call(_coalition.Gateway.Channel, method, Filled(method, request), token);
        if (failed is not null)
        {
            return GatewayRefusal.From(failed) ?? throw new InvalidOperationException($"{method}: {failed.Status} without an ErrorInfo");
        }

        return RawCalls.Methods[method] is { IsClientStreaming: true } stream && RawCalls.RefusalOf(stream.OutputType.Parser.ParseFrom(answer)) is { } status
            ? GatewayRefusal.From(status)
            : null;
    }

    /// <summary>The answer of a unary call that succeeds.</summary>
    public async Task<IMessage> Answer(string method, JsonObject request, string token)
    {
        var (failed, answer) = await RawCalls.Call(_coalition.Gateway.Channel, method, Filled(method, Bytes(method, request)), token);
        return failed is null ? RawCalls.Methods[method].OutputType.Parser.ParseFrom(answer) : throw failed;
    }

    /// <summary>The request with the coalition's values in place of {placeholders}.</summary>
    private byte[] Filled(string method, byte[] request)
    {
        IMessage message;
        try
        {
            message = RawCalls.Methods[method].InputType.Parser.ParseFrom(request);
        }
        catch (InvalidProtocolBufferException)
        {
            return request;
        }

        var text = JsonFormatter.Default.Format(message);
        foreach (var (name, value) in _values)
        {
            text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return new JsonParser(JsonParser.Settings.Default).Parse(text, RawCalls.Methods[method].InputType).ToByteArray();
    }

    // Disclosures record answers, including refused ones. They are the only events that a question leaves.
    public string Changes() => string.Join(
        ' ', new[] { "event WHERE kind NOT IN (24, 25)", "entry", "account", "membership", "consent", "participant", "client", "profile", "link_code" }
            .Select(table => $"{table}={_coalition.Gateway.Scalar($"SELECT count(*) FROM {table}")}"));
}
