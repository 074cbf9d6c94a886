using CoalitionGateway.Audit;
using CoalitionGateway.Fuzz.Tests.Generating;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Fuzz.Tests.Directed;

/// <summary>Reaches the reasons that no single request of the table reaches, because something must happen first.</summary>
internal sealed class Sequences(TestCoalition coalition, Reaching reaching)
{
    public async Task Run()
    {
        await Access();
        await Members();
        await Returns();
        await new RuleSequences(coalition, reaching).Run();
        await new RewardSequences(coalition, reaching).Run();
        await Transfers();
        await Pools();
        await Consents();
        await Overtaken();
        await Rights();
        await Log();
        await Exports();
        await Proposals();
    }

    private async Task Access()
    {
        var gateway = coalition.Gateway;
        var (none, _) = await RawCalls.Call(gateway.Channel, "PoolService/ListPools", [], null);
        reaching.Take("TOKEN_INVALID", none);
        var (narrow, _) = await RawCalls.Call(gateway.Channel, "EarningService/RecordPurchase", [], await gateway.TokenOf(coalition.Alpha.ClientId, coalition.Alpha.Secret, "programmes.read"));
        reaching.Take("SCOPE_MISSING", narrow);
        var (kind, _) = await RawCalls.Call(gateway.Channel, "PoolService/ListPools", [], ForgedTokens.Make(gateway, "none", Ledger.CallerKind.Partner, "alpha", "pools.read"));
        reaching.Take("CALLER_NOT_ALLOWED", kind);
        var (old, _) = await RawCalls.Call(gateway.Channel, "PoolService/CreatePool", [], ForgedTokens.Make(gateway, "an old sign-in", Ledger.CallerKind.Member, Guid.NewGuid().ToString(), "pools.write"));
        reaching.Take("SIGN_IN_TOO_OLD", old);
        var (large, _) = await RawCalls.Call(gateway.Channel, "PoolService/ListPools", new byte[100_000], ForgedTokens.Make(gateway, "none", Ledger.CallerKind.Member, Guid.NewGuid().ToString(), "pools.read"));
        reaching.Take("MESSAGE_TOO_LARGE", large);
        var (nowhere, _) = await RawCalls.Unary(gateway.Channel, "coalition.gateway.v1.PoolService", "NoSuchMethod", [], null);
        reaching.Take("METHOD_NOT_FOUND", nowhere);
        using var wire = new GrpcWire(gateway.Options.GrpcUrl);
        var packed = new Shot("/coalition.gateway.v1.PoolService/ListPools", "member", Wire.Frame([], flag: 1)) { Headers = [("grpc-encoding", "br")] };
        reaching.Take("ENCODING_NOT_SUPPORTED", await wire.Send(packed, ForgedTokens.Make(gateway, "none", Ledger.CallerKind.Member, Guid.NewGuid().ToString(), "pools.read")));
    }

    private async Task Members()
    {
        var (gateway, beta) = (coalition.Gateway, coalition.Beta);
        var made = await gateway.Operator.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = "no-programme", DisplayName = "None" } });
        var lone = gateway.As(made.ClientId, made.ClientSecret);
        await reaching.Reach("PARTNER_WITHOUT_PROGRAMME", () => lone.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = "x" }));

        var member = await coalition.Member(coalition.Alpha, beta);
        var other = await coalition.Member(beta);
        var code = await beta.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = other.Numbers[beta.ProgrammeId] });
        await reaching.Reach("MEMBERSHIP_EXISTS", () => member.Client.Members.LinkMembershipAsync(new LinkMembershipRequest
        {
            RequestId = RequestIds.New(), ProgrammeId = beta.ProgrammeId, MembershipNumber = other.Numbers[beta.ProgrammeId], LinkCode = code.LinkCode,
        }));

        var own = await beta.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = member.Numbers[beta.ProgrammeId] });
        await reaching.Reach("SAME_MEMBERSHIP", () => member.Client.Members.MergeMembershipsAsync(new MergeMembershipsRequest
        {
            RequestId = RequestIds.New(), ProgrammeId = beta.ProgrammeId, MembershipNumber = member.Numbers[beta.ProgrammeId], LinkCode = own.LinkCode,
        }));
        await other.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = beta.ProgrammeId });
        await reaching.Reach("MEMBERSHIP_IN_POOL", () => member.Client.Members.MergeMembershipsAsync(new MergeMembershipsRequest
        {
            RequestId = RequestIds.New(), ProgrammeId = beta.ProgrammeId, MembershipNumber = other.Numbers[beta.ProgrammeId], LinkCode = code.LinkCode,
        }));
    }

    /// <summary>A return without its purchase takes no more than the brand gave.</summary>
    private async Task Returns()
    {
        // In its own programme alpha may leave a debt. In beta's programme it may not.
        var (alpha, beta) = (coalition.Alpha, coalition.Beta);
        var member = await coalition.Member(alpha, beta);
        await member.Client.Members.ChooseProgrammeAsync(new ChooseProgrammeRequest { RequestId = RequestIds.New(), PartnerId = alpha.PartnerId, ProgrammeId = beta.ProgrammeId });
        await TestCoalition.Buy(alpha, member, 8);
        await reaching.Reach("RETURN_EXCEEDS_GIVEN", () => alpha.Client.Earning.RecordReturnAsync(new RecordReturnRequest
        {
            RequestId = RequestIds.New(), ReturnReference = RequestIds.New(), MembershipNumber = member.Numbers[alpha.ProgrammeId], Amount = TestCoalition.Euro(100_000), ReturnTime = Timestamp.FromDateTime(DateTime.UtcNow),
        }));
        await reaching.Reach("RETURN_NOT_FOUND", () => alpha.Client.Earning.UndoReturnAsync(new UndoReturnRequest { RequestId = RequestIds.New(), ReturnReference = "nobody-returned" }));
        await reaching.Reach("DEBT_NOT_OWN", () => coalition.Gateway.Operator.Programmes.PublishAgreementAsync(new PublishAgreementRequest
        {
            RequestId = RequestIds.New(),
            Agreement = new Agreement { PartnerId = alpha.PartnerId, ProgrammeId = beta.ProgrammeId, Rates = { new Rate { Points = 2, Spend = TestCoalition.Euro(1) } }, Rounding = Rounding.Down, AllowDebtByReturn = true },
        }));
    }

    /// <summary>A person proposes until no more can be open. Some are open from the table.</summary>
    private async Task Proposals()
    {
        var (programmes, isOpen) = (coalition.Gateway.AsPerson("operator-two").Programmes, true);
        for (var i = 0; isOpen && i <= Ledger.Proposals.Proposal.MostOpen; i++)
        {
            try
            {
                await programmes.PublishRouteAsync(new PublishRouteRequest
                {
                    RequestId = RequestIds.New(),
                    Route = new Route { SourceProgrammeId = coalition.Gamma.ProgrammeId, DestinationProgrammeId = coalition.Beta.ProgrammeId, RatioNumerator = 1, RatioDenominator = 1_000_000 },
                });
            }
            catch (RpcException refused)
            {
                isOpen = false;
                reaching.Take("TOO_MANY_PROPOSALS", refused);
            }
        }
    }

    private async Task Transfers()
    {
        var (alpha, beta, gamma) = (coalition.Alpha, coalition.Beta, coalition.Gamma);
        var member = await coalition.Member(alpha, beta, gamma);
        await reaching.Reach("AMOUNT_BELOW_MINIMUM", () => Transfer(member, beta, gamma, 1000));
        await reaching.Reach("AMOUNT_ABOVE_MAXIMUM", () => Transfer(member, gamma, alpha, 11_000));
        await coalition.Gateway.Operator.Programmes.PublishRouteAsync(new PublishRouteRequest
        {
            RequestId = RequestIds.New(),
            Route = new Route { SourceProgrammeId = gamma.ProgrammeId, DestinationProgrammeId = beta.ProgrammeId, RatioNumerator = 1, RatioDenominator = 1_000_000 },
        });
        await reaching.Reach("TRANSFER_YIELDS_NOTHING", () => Transfer(member, gamma, beta, 1000));
    }

    private static AsyncUnaryCall<CreateTransferResponse> Transfer(TestMember member, TestPartner source, TestPartner destination, long points) => member.Client.Transfers.CreateTransferAsync(
        new CreateTransferRequest { RequestId = RequestIds.New(), SourceProgrammeId = source.ProgrammeId, DestinationProgrammeId = destination.ProgrammeId, AmountPoints = points });

    private async Task Pools()
    {
        var alpha = coalition.Alpha;
        var member = await coalition.Member(alpha, coalition.Beta);
        var request = new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = alpha.ProgrammeId };
        var pool = await member.Client.Pools.CreatePoolAsync(request);
        await reaching.Reach("REQUEST_ID_REUSED", () => member.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = request.RequestId, ProgrammeId = coalition.Beta.ProgrammeId }));

        const int most = 10;
        for (var i = 1; i < most; i++)
        {
            await member.Client.Pools.InviteMemberAsync(await Invitation());
        }

        var oneMore = await Invitation();
        await reaching.Reach("POOL_FULL", () => member.Client.Pools.InviteMemberAsync(oneMore));

        async Task<InviteMemberRequest> Invitation() => new() { RequestId = RequestIds.New(), PoolId = pool.PoolId, MembershipNumber = (await coalition.Member(alpha)).Numbers[alpha.ProgrammeId] };
    }

    private async Task Consents()
    {
        var alpha = coalition.Alpha;
        var member = await coalition.Member(alpha);
        await member.Client.Consents.GiveConsentAsync(Consent());
        await reaching.Reach("CONSENT_IN_FORCE", () => Ask(member, Purpose.Marketing));
        await Ask(member, Purpose.Analytics);
        await reaching.Reach("CONSENT_REQUESTED", () => Ask(member, Purpose.Analytics));
        await member.Client.Consents.RefuseConsentAsync(new RefuseConsentRequest { RequestId = RequestIds.New(), PartnerId = alpha.PartnerId, Purpose = Purpose.Analytics, NoticeVersion = "2026-01", NoticeLanguage = "en" });
        await reaching.Reach("CONSENT_WAS_REFUSED", () => Ask(member, Purpose.Analytics));
        await member.Client.Consents.RefuseSharingAsync(new RefuseSharingRequest { RequestId = RequestIds.New(), Signal = RefusalSignal.Member });
        await reaching.Reach("SHARING_REFUSED", () => Ask(member, Purpose.Personalisation));

        var child = await coalition.Member(new MemberProfile { BirthDate = $"{DateTime.UtcNow.Year - 10}-01-01", CountryCode = "PL" }, alpha);
        await reaching.Reach("GUARDIAN_NEEDED", () => child.Client.Consents.GiveConsentAsync(Consent()));

        AsyncUnaryCall<RequestConsentResponse> Ask(TestMember asked, Purpose purpose) => alpha.Client.Consents.RequestConsentAsync(new RequestConsentRequest
        {
            RequestId = RequestIds.New(), MembershipNumber = asked.Numbers[alpha.ProgrammeId], Purpose = purpose, Categories = { DataCategory.Contact },
        });

        GiveConsentRequest Consent() => new()
        {
            RequestId = RequestIds.New(), PartnerId = alpha.PartnerId, Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "en",
        };
    }

    /// <summary>A no counts from its place in the log, whatever time a later yes claims.</summary>
    private async Task Overtaken()
    {
        var member = await coalition.Member(coalition.Alpha);
        await Task.Delay(TimeSpan.FromMilliseconds(20));
        var acted = Timestamp.FromDateTime(DateTime.UtcNow);
        await Task.Delay(TimeSpan.FromMilliseconds(20));
        await member.Client.Consents.RefuseConsentAsync(new RefuseConsentRequest { RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing, NoticeVersion = "2026-01", NoticeLanguage = "en" });
        await reaching.Reach("CONSENT_OVERTAKEN", () => Give(acted));
        await reaching.Reach("ACT_TIME_INVALID", () => Give(Timestamp.FromDateTime(DateTime.UtcNow.AddDays(-10))));

        AsyncUnaryCall<GiveConsentResponse> Give(Timestamp time) => member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "en",
            Context = new ConsentContext { ActTime = time },
        });
    }

    private async Task Rights()
    {
        var member = await coalition.Member(coalition.Alpha);
        await member.Client.Privacy.RestrictProcessingAsync(Restriction());
        await reaching.Reach("RESTRICTION_IN_FORCE", () => member.Client.Privacy.RestrictProcessingAsync(Restriction()));

        RestrictProcessingRequest Restriction() => new() { RequestId = RequestIds.New(), Ground = RestrictionGround.AccuracyContested };
    }

    /// <summary>A checkpoint does not cover an event that came after it.</summary>
    private async Task Log()
    {
        var member = await coalition.Member(coalition.Alpha);
        var earlier = await member.Client.Audit.GetCheckpointAsync(new GetCheckpointRequest());
        await member.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Alpha.ProgrammeId });
        LoggedEvent? latest = null;
        for (var until = DateTime.UtcNow + Settings.Patience; latest is null || latest.LogIndex < earlier.Checkpoint.Size; await Task.Delay(50))
        {
            Assert.True(DateTime.UtcNow < until, "No checkpoint covers the event.");
            latest = (await member.Client.Audit.ListEventsAsync(new ListEventsRequest())).Events.LastOrDefault();
        }

        await reaching.Reach("EVENT_NOT_COVERED", () => member.Client.Audit.GetInclusionProofAsync(new GetInclusionProofRequest { EventId = latest.EventId, Size = earlier.Checkpoint.Size }));
    }

    /// <summary>A document that nobody reads holds its caller's only place, and is then given up.</summary>
    private async Task Exports()
    {
        var member = await Lived();
        using var held = member.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        Assert.True(await held.ResponseStream.MoveNext(CancellationToken.None));
        using var another = member.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        reaching.Take("TOO_MANY_EXPORTS", await Failed(another));
        await Task.Delay(TimeSpan.FromSeconds(3));
        reaching.Take("EXPORT_NOT_TAKEN", await Failed(held));
    }

    private static async Task<RpcException?> Failed(AsyncServerStreamingCall<StreamPersonalDataResponse> call)
    {
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
            }

            return null;
        }
        catch (RpcException failed)
        {
            return failed;
        }
    }

    /// <summary>A member with a history that is longer than the data a connection buffers unread.</summary>
    private async Task<TestMember> Lived()
    {
        const int purchases = 2000;
        var member = await coalition.Member(coalition.Alpha);
        using var stream = coalition.Alpha.Client.Earning.StreamPurchases();
        var reading = Task.Run(async () => await stream.ResponseStream.ReadAllAsync().CountAsync());
        for (var i = 0; i < purchases; i++)
        {
            await stream.RequestStream.WriteAsync(new StreamPurchasesRequest { Purchase = TestCoalition.Purchase(coalition.Alpha, member, 1) });
        }

        await stream.RequestStream.CompleteAsync();
        Assert.Equal(purchases, await reading);
        coalition.Gateway.TakeIn();
        return member;
    }
}
