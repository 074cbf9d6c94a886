using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Client;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Cli.Demo;

/// <summary>The story: what partners, members and the officer do with the coalition, one call after the other.</summary>
internal sealed partial class CoalitionStory(Story story, Connection connection, SandboxFile sandbox, string data, DemoClock clock)
{
    private const string _airline = "aurora-miles";
    private const string _grocer = "fjord-points";
    private const string _astridAtBeanery = "BE-3001";

    private readonly CoalitionClient _officer = connection.As(sandbox.Officer);
    private readonly CoalitionClient _aurora = connection.As(Partner("aurora-air", sandbox));
    private readonly CoalitionClient _fjord = connection.As(Partner("fjord-foods", sandbox));
    private readonly CoalitionClient _beanery = connection.As(Partner("beanery", sandbox));
    private CoalitionClient _astrid = null!;
    private CoalitionClient _maja = null!;

    public async Task Tell()
    {
        _astrid = await connection.AsMember(sandbox.MembersClient.ClientId, "AU-1001");
        _maja = await connection.AsMember(sandbox.MembersClient.ClientId, "FJ-2003");
        Story.Chapter("Members earn across brands");
        await Earn();
        Story.Chapter("Points move in steps of 1000");
        await Transfer();
        Story.Chapter("Members pool points");
        await Pool();
        Story.Chapter("A programme's rules are data");
        await Rules();
        Story.Chapter("Members spend points");
        await Spend();
        Story.Chapter("Members decide what partners learn");
        await Share();
        await Prove();
        await TakeAndForget();
        Story.Chapter("A partner does what its scopes say, and the books balance");
        await Account();
        Story.Chapter("Time passes");
        await ReturnLate();
    }

    private async Task Earn()
    {
        await story.Step("The coalition: four brands, each with a programme", async () =>
        {
            var programmes = await _astrid.Programmes.ListProgrammesAsync(new ListProgrammesRequest());
            var routes = await _astrid.Programmes.ListRoutesAsync(new ListRoutesRequest());
            story.Expect("programmes", 4, programmes.Programmes.Count);
            return $"{string.Join(", ", programmes.Programmes.Select(programme => programme.DisplayName))}; {routes.Routes.Count} transfer routes";
        });
        await story.Step("Astrid buys groceries for 42.50 EUR at Fjord Foods: 2 points a euro in Fjord's own programme", async () =>
        {
            var purchase = await Buy(_fjord, "FJ-2001", "receipt-1", 42_500_000);
            story.Expect("programme", _grocer, purchase.ProgrammeId);
            story.Expect("points", 85, purchase.GivenPoints);
            return $"{purchase.GivenPoints} points in {purchase.ProgrammeId}";
        });
        await story.Step("Astrid chooses Aurora Miles for what she buys at The Beanery", async () =>
        {
            var choice = await _astrid.Members.ChooseProgrammeAsync(new ChooseProgrammeRequest
            {
                RequestId = RequestIds.New(),
                PartnerId = "beanery",
                ProgrammeId = _airline,
            });
            return $"purchases at {choice.PartnerId} earn in {choice.ProgrammeId} from now on";
        });
        await story.Step("A coffee machine for 800 EUR at The Beanery becomes miles of the airline", async () =>
        {
            var purchase = await Buy(_beanery, _astridAtBeanery, "receipt-2", 800_000_000);
            story.Expect("programme", _airline, purchase.ProgrammeId);
            story.Expect("points", 1600, purchase.GivenPoints);
            return $"{purchase.GivenPoints} points in {purchase.ProgrammeId}; The Beanery's issue account pays";
        });
        await story.Step("A quarter of it is returned: a quarter of the miles goes back", async () =>
        {
            var reversal = (await _beanery.Earning.ReversePurchaseAsync(new ReversePurchaseRequest
            {
                RequestId = RequestIds.New(),
                PurchaseReference = "receipt-2",
                Amount = Euro(200_000_000),
            })).Reversal;
            story.Expect("taken back", 400, reversal.TakenPoints);
            return $"{reversal.TakenPoints} points taken back";
        });
        await story.Step("A flight for 600 EUR with Aurora Air: 5 miles a euro", async () =>
        {
            var purchase = await Buy(_aurora, "AU-1001", "ticket-77", 600_000_000);
            var held = await Held(_astrid, _airline);
            story.Expect("balance", 4200, held);
            return $"{purchase.GivenPoints} points more; Astrid holds {held} Aurora Miles";
        });
    }

    private async Task Transfer()
    {
        var request = new CreateTransferRequest
        {
            RequestId = RequestIds.New(),
            SourceProgrammeId = _airline,
            DestinationProgrammeId = _grocer,
            AmountPoints = 2000,
        };
        var transferId = "";
        await story.Step("What would 2000 miles bring at the grocer?", async () =>
        {
            var quote = (await _astrid.Transfers.QuoteTransferAsync(new QuoteTransferRequest
            {
                SourceProgrammeId = request.SourceProgrammeId,
                DestinationProgrammeId = request.DestinationProgrammeId,
                AmountPoints = request.AmountPoints,
            })).Quote;
            story.Expect("arriving", 3000, quote.ArrivingPoints);
            return $"{quote.ArrivingPoints} points arrive; worth {Text(quote.SourceValue)} here, {Text(quote.DestinationValue)} there";
        });
        await story.Step("Astrid transfers them", async () =>
        {
            var transfer = (await _astrid.Transfers.CreateTransferAsync(request)).Transfer;
            transferId = transfer.TransferId;
            story.Expect("miles left", 2200, await Held(_astrid, _airline));
            story.Expect("grocer's points", 3085, await Held(_astrid, _grocer));
            return $"{transfer.AmountPoints} left, {transfer.ArrivedPoints} arrived, for good";
        });
        await story.Step("The answer got lost, so the app asks again with the same request id: one effect", async () =>
        {
            var again = (await _astrid.Transfers.CreateTransferAsync(request)).Transfer;
            story.Expect("transfer", transferId, again.TransferId);
            story.Expect("miles left", 2200, await Held(_astrid, _airline));
            return $"the same transfer {again.TransferId}, the same balance";
        });
        await story.Step("The same request id with another amount is refused", async () =>
        {
            var other = request.Clone();
            other.AmountPoints = 1000;
            var refusal = await story.ExpectRefusal(StatusCode.AlreadyExists, "REQUEST_ID_REUSED", async () => await _astrid.Transfers.CreateTransferAsync(other));
            return $"{refusal?.ReasonText}: {refusal?.Message}";
        });
        await story.Step("1700 miles are no multiple of 1000", async () =>
        {
            var odd = request.Clone();
            (odd.RequestId, odd.AmountPoints) = (RequestIds.New(), 1700);
            var refusal = await story.ExpectRefusal(StatusCode.InvalidArgument, "AMOUNT_NOT_IN_STEPS", async () => await _astrid.Transfers.CreateTransferAsync(odd));
            var nearest = (refusal?.Metadata.GetValueOrDefault("nearest_lower_points"), refusal?.Metadata.GetValueOrDefault("nearest_upper_points"));
            story.Expect("nearest", ("1000", "2000"), nearest);
            return $"{refusal?.ReasonText}: {nearest.Item1} or {nearest.Item2} would go";
        });
    }

    private async Task Pool()
    {
        var pool = "";
        await story.Step("Astrid opens a pool of Fjord Points and invites Maja, who accepts", async () =>
        {
            pool = (await _astrid.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = _grocer })).PoolId;
            await _astrid.Pools.InviteMemberAsync(new InviteMemberRequest { RequestId = RequestIds.New(), PoolId = pool, MembershipNumber = "FJ-2003" });
            await _maja.Pools.AcceptInvitationAsync(new AcceptInvitationRequest { RequestId = RequestIds.New(), PoolId = pool });
            var participants = (await _maja.Pools.GetPoolAsync(new GetPoolRequest { PoolId = pool })).Pool.Participants;
            story.Expect("participants", 2, participants.Count);
            return $"pool {pool} with {participants.Count} members";
        });
        await story.Step("Both put points in; each one's share stays known", async () =>
        {
            await Buy(_fjord, "FJ-2003", "receipt-3", 250_000_000);
            await _maja.Pools.ContributePointsAsync(new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = pool, AmountPoints = 400 });
            await _astrid.Pools.ContributePointsAsync(new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = pool, AmountPoints = 1000 });
            var seen = (await _astrid.Pools.GetPoolAsync(new GetPoolRequest { PoolId = pool })).Pool;
            var own = seen.Participants.First(participant => participant.IsCaller).SharePoints;
            story.Expect("total", 1400, seen.TotalPoints);
            story.Expect("own share", 1000, own);
            return $"{seen.TotalPoints} points together, {own} of them Astrid's";
        });
        await story.Step("Maja cannot take more than her own share", async () =>
        {
            var refusal = await story.ExpectRefusal(StatusCode.FailedPrecondition, "INSUFFICIENT_SHARE", async () =>
                await _maja.Pools.WithdrawPointsAsync(new WithdrawPointsRequest { RequestId = RequestIds.New(), PoolId = pool, AmountPoints = 401 }));
            return $"{refusal?.ReasonText}: {refusal?.Message}";
        });
        await story.Step("Maja leaves and has her points back", async () =>
        {
            var left = await _maja.Pools.LeavePoolAsync(new LeavePoolRequest { RequestId = RequestIds.New(), PoolId = pool });
            story.Expect("returned", 400, left.ReturnedPoints);
            story.Expect("balance", 500, await Held(_maja, _grocer));
            return $"{left.ReturnedPoints} points returned";
        });
    }

    private async Task Account()
    {
        await story.Step("A till that may only record purchases asks for a profile", async () =>
        {
            var till = connection.As(Partner("beanery", sandbox), "earning.write");
            var refusal = await story.ExpectRefusal(StatusCode.PermissionDenied, "SCOPE_MISSING", async () => await Ask(till));
            story.Expect("missing", "members.read", refusal?.Metadata.GetValueOrDefault("missing"));
            return $"{refusal?.ReasonText}: {refusal?.Message}";
        });
        await story.Step("Fjord Foods asks about a number that is The Beanery's", async () =>
        {
            var refusal = await story.ExpectRefusal(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", async () =>
                await _fjord.Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = _astridAtBeanery }));
            return $"{refusal?.ReasonText}: {refusal?.Message}";
        });
        await story.Step("Every programme's accounts add up to zero", async () =>
        {
            var summary = await _officer.Audit.GetLedgerSummaryAsync(new GetLedgerSummaryRequest());
            story.Expect("balanced", true, summary.Balanced);
            return $"{summary.EntryCount} entries in {summary.Programmes.Count} programmes; members hold {summary.Programmes.Sum(programme => programme.HeldPoints)} points";
        });
    }

    private static SandboxCredential Partner(string id, SandboxFile sandbox) => sandbox.Partners.First(partner => partner.PartnerId == id).Credential;

    private static V1.Money Euro(long micros) => new() { CurrencyCode = "EUR", Micros = micros };

    private static string Text(V1.Money money) => $"{money.Micros / 1_000_000m:0.00} {money.CurrencyCode}";

    private static async Task<Purchase> Buy(CoalitionClient partner, string number, string reference, long micros) =>
        (await partner.Earning.RecordPurchaseAsync(new RecordPurchaseRequest
        {
            RequestId = RequestIds.New(),
            PurchaseReference = reference,
            MembershipNumber = number,
            Amount = Euro(micros),
            PurchaseTime = Timestamp.FromDateTime(DateTime.UtcNow),
        })).Purchase;

    private static async Task<long> Held(CoalitionClient member, string programme) =>
        (await member.Members.GetBalancesAsync(new GetBalancesRequest())).Balances.First(balance => balance.ProgrammeId == programme).AvailablePoints;

    private async Task<GetMemberResponse> Ask(CoalitionClient? partner = null) =>
        await (partner ?? _beanery).Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = _astridAtBeanery, Purpose = Purpose.Marketing });
}
