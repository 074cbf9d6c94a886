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
        var caller = context.Caller();
        var made = await journal.Submit<PoolCreated>(
            new CreatePool(
                caller.NewContext(request.RequestId), caller.MemberId(), new ProgrammeId(request.ProgrammeId), new PoolId(TimeOrderedIds.New()), new ParticipantId(Guid.NewGuid())));
        return new V1.CreatePoolResponse { PoolId = made.PoolId.ToString(), CreateTime = made.Time.ToWire() };
    }

    public override async Task<V1.InviteMemberResponse> InviteMember(V1.InviteMemberRequest request, ServerCallContext context)
    {
        var pool = Pool(request.PoolId);
        var caller = context.Caller();
        var made = await journal.Submit<MemberInvited>(
            new InviteMember(caller.NewContext(request.RequestId), caller.MemberId(), pool, request.MembershipNumber, new ParticipantId(Guid.NewGuid()), Nobody(pool, request.MembershipNumber)));
        return new V1.InviteMemberResponse { ParticipantId = made.ParticipantId.ToString(), ExpireTime = made.ExpireTime.ToWire() };
    }

    public override async Task<V1.AcceptInvitationResponse> AcceptInvitation(V1.AcceptInvitationRequest request, ServerCallContext context)
    {
        var pool = Pool(request.PoolId);
        var caller = context.Caller();
        var made = await journal.Submit<InvitationAccepted>(
            new AcceptInvitation(caller.NewContext(request.RequestId), caller.MemberId(), pool));
        return new V1.AcceptInvitationResponse { AcceptTime = made.Time.ToWire() };
    }

    public override async Task<V1.ContributePointsResponse> ContributePoints(V1.ContributePointsRequest request, ServerCallContext context)
    {
        var pool = Pool(request.PoolId);
        var caller = context.Caller();
        var made = await journal.Submit<PointsContributed>(
            new ContributePoints(caller.NewContext(request.RequestId), caller.MemberId(), pool, request.AmountPoints));
        return new V1.ContributePointsResponse { SharePoints = made.SharePoints };
    }

    public override async Task<V1.WithdrawPointsResponse> WithdrawPoints(V1.WithdrawPointsRequest request, ServerCallContext context)
    {
        var pool = Pool(request.PoolId);
        var caller = context.Caller();
        var made = await journal.Submit<PointsWithdrawn>(
            new WithdrawPoints(caller.NewContext(request.RequestId), caller.MemberId(), pool, request.AmountPoints));
        return new V1.WithdrawPointsResponse { SharePoints = made.SharePoints, SettledPoints = made.SettledPoints };
    }

    public override async Task<V1.LeavePoolResponse> LeavePool(V1.LeavePoolRequest request, ServerCallContext context)
    {
        var pool = Pool(request.PoolId);
        var caller = context.Caller();
        var made = await journal.Submit<PoolLeft>(new LeavePool(caller.NewContext(request.RequestId), caller.MemberId(), pool));
        return new V1.LeavePoolResponse { ReturnedPoints = made.ReturnedPoints, SettledPoints = made.SettledPoints };
    }

    public override async Task<V1.GetPoolResponse> GetPool(V1.GetPoolRequest request, ServerCallContext context)
    {
        var id = Pool(request.PoolId);
        var member = context.Caller().MemberId();
        return await store.Read(rows => Picture(rows, id, member), context.CancellationToken) is { } picture
            ? new V1.GetPoolResponse { Pool = picture.ToWire() }
            : throw new RefusedException(PoolView.NotFound(id));
    }

    public override async Task<V1.ListPoolsResponse> ListPools(V1.ListPoolsRequest request, ServerCallContext context)
    {
        var member = context.Caller().MemberId();
        var page = paging.Read(request.PageSize, request.PageToken, $"pools {member}");
        var after = page.After is null ? (PoolId?)null : new PoolId(Guid.Parse(page.After));
        var found = await reader.Pools(member, after, page.Size + 1, context.CancellationToken);
        var (ids, next) = paging.Cut(page, found, id => id.ToString());

        // A pool that the member left between the two reads is not shown.
        var pictures = await store.Read(rows => ids.Select(id => Picture(rows, id, member)).ToArray(), context.CancellationToken);
        return new V1.ListPoolsResponse
        {
            Pools = { pictures.OfType<PoolPicture>().Select(picture => picture.ToWire()) },
            NextPageToken = next,
        };
    }

    private static PoolId Pool(string text) => new(Guid.Parse(text));

    private PoolPicture? Picture(WorkingState rows, PoolId id, MemberId member) => PoolPicture.Find(rows, id, member, clock.GetUtcNow().UtcDateTime);

    /// <summary>The stand-in for the membership of an unknown number, the same for each invitation of that number.</summary>
    private MembershipId Nobody(PoolId pool, string number) => new(new Guid(keys.HashOf("nobody", $"{pool}/{number}").AsSpan(0, 16), bigEndian: true));
}
