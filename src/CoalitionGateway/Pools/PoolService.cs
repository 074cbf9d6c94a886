using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Grpc.Core;

namespace CoalitionGateway.Pools;

internal sealed class PoolService(CommandJournal journal, GatewayKeys keys, LedgerStore store, PoolReader reader, Paging paging, TimeProvider clock)
    : V1.PoolService.PoolServiceBase
{
    public override async Task<V1.CreatePoolResponse> CreatePool(V1.CreatePoolRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var programme = fields.Programme(request.ProgrammeId, "programme_id");
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<PoolCreated>(
            new CreatePool(
                caller.NewContext(requestId), caller.MemberId(), programme, new PoolId(TimeOrderedIds.New()), new ParticipantId(Guid.NewGuid())));
        return new V1.CreatePoolResponse { PoolId = made.PoolId.ToString(), CreateTime = made.Time.ToWire() };
    }

    public override async Task<V1.InviteMemberResponse> InviteMember(V1.InviteMemberRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var pool = Pool(request.PoolId, fields);
        var number = fields.MembershipNumber(request.MembershipNumber);
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<MemberInvited>(
            new InviteMember(caller.NewContext(requestId), caller.MemberId(), pool, number, new ParticipantId(Guid.NewGuid()), Nobody(pool, number)));
        return new V1.InviteMemberResponse { ParticipantId = made.ParticipantId.ToString(), ExpireTime = made.ExpireTime.ToWire() };
    }

    public override async Task<V1.AcceptInvitationResponse> AcceptInvitation(V1.AcceptInvitationRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var pool = Pool(request.PoolId, fields);
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<InvitationAccepted>(
            new AcceptInvitation(caller.NewContext(requestId), caller.MemberId(), pool));
        return new V1.AcceptInvitationResponse { AcceptTime = made.Time.ToWire() };
    }

    public override async Task<V1.ContributePointsResponse> ContributePoints(V1.ContributePointsRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var pool = Pool(request.PoolId, fields);
        var points = fields.Positive(request.AmountPoints, "amount_points");
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<PointsContributed>(
            new ContributePoints(caller.NewContext(requestId), caller.MemberId(), pool, points));
        return new V1.ContributePointsResponse { SharePoints = made.SharePoints };
    }

    public override async Task<V1.WithdrawPointsResponse> WithdrawPoints(V1.WithdrawPointsRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var pool = Pool(request.PoolId, fields);
        var points = fields.Positive(request.AmountPoints, "amount_points");
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<PointsWithdrawn>(
            new WithdrawPoints(caller.NewContext(requestId), caller.MemberId(), pool, points));
        return new V1.WithdrawPointsResponse { SharePoints = made.SharePoints, SettledPoints = made.SettledPoints };
    }

    public override async Task<V1.LeavePoolResponse> LeavePool(V1.LeavePoolRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var requestId = fields.RequestId(request.RequestId);
        var pool = Pool(request.PoolId, fields);
        fields.Check();
        var caller = context.Caller();
        var made = await journal.Submit<PoolLeft>(new LeavePool(caller.NewContext(requestId), caller.MemberId(), pool));
        return new V1.LeavePoolResponse { ReturnedPoints = made.ReturnedPoints, SettledPoints = made.SettledPoints };
    }

    public override async Task<V1.GetPoolResponse> GetPool(V1.GetPoolRequest request, ServerCallContext context)
    {
        var fields = new Fields();
        var id = Pool(request.PoolId, fields);
        fields.Check();
        var member = context.Caller().MemberId();
        return await store.Read(rows => Picture(rows, id, member), context.CancellationToken) is { } picture
            ? new V1.GetPoolResponse { Pool = picture.ToWire() }
            : throw new RefusedException(PoolView.NotFound(id));
    }

    public override async Task<V1.ListPoolsResponse> ListPools(V1.ListPoolsRequest request, ServerCallContext context)
    {
        var member = context.Caller().MemberId();
        var fields = new Fields();
        var page = paging.Read(request.PageSize, request.PageToken, $"pools {member}", fields);
        fields.Check();
        var after = page.After is null ? (PoolId?)null : new PoolId(Guid.Parse(page.After));
        var found = await reader.Pools(member, after, page.Size + 1, context.CancellationToken);
        var (ids, next) = paging.Cut(page, found, id => id.ToString());

        // A pool that was left between the two reads is not shown.
        var pictures = await store.Read(rows => ids.Select(id => Picture(rows, id, member)).ToArray(), context.CancellationToken);
        return new V1.ListPoolsResponse
        {
            Pools = { pictures.OfType<PoolPicture>().Select(picture => picture.ToWire()) },
            NextPageToken = next,
        };
    }

    private static PoolId Pool(string text, Fields fields) => new(fields.Uuid(text, "pool_id"));

    private PoolPicture? Picture(WorkingState rows, PoolId id, MemberId member) => PoolPicture.Find(rows, id, member, clock.GetUtcNow().UtcDateTime);

    /// <summary>Stands for the membership where the programme has no such number: the same for each invitation of it.</summary>
    private MembershipId Nobody(PoolId pool, string number) => new(new Guid(keys.HashOf("nobody", $"{pool}/{number}").AsSpan(0, 16), bigEndian: true));
}
