using CoalitionGateway.Tests.Hosting;
using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Fuzz.Tests.Directed;

/// <summary>Reasons that a table of single requests does not reach: something has to happen before.</summary>
internal sealed class Sequences(TestCoalition coalition, Reaching reaching)
{
    public async Task Run()
    {
        await Access();
        await Members();
        await Transfers();
        await Pools();
        await Consents();
        await Rights();
        await Log();
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
        var (large, _) = await RawCalls.Call(gateway.Channel, "PoolService/ListPools", new byte[100_000], ForgedTokens.Make(gateway, "none", Ledger.CallerKind.Member, Guid.NewGuid().ToString(), "pools.read"));
        reaching.Take("MESSAGE_TOO_LARGE", large);
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

    private async Task Rights()
    {
        var member = await coalition.Member(coalition.Alpha);
        await member.Client.Privacy.RestrictProcessingAsync(Restriction());
        await reaching.Reach("RESTRICTION_IN_FORCE", () => member.Client.Privacy.RestrictProcessingAsync(Restriction()));

        RestrictProcessingRequest Restriction() => new() { RequestId = RequestIds.New(), Ground = RestrictionGround.AccuracyContested };
    }

    /// <summary>An event that came after a checkpoint is not covered by it.</summary>
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
}
