using CoalitionGateway.Audit;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Audit;

/// <summary>
/// The audit log over gRPC: which caller sees which events, and that each proof holds without trust in the gateway.
/// </summary>
public sealed class LogTests(TestCoalition coalition)
{
    [Fact]
    public async Task Member_SeesTheirOwnEventsWithoutGaps_EachProved()
    {
        var member = await coalition.Member(coalition.Alpha, coalition.Beta);
        await TestCoalition.Buy(coalition.Alpha, member, 3000);
        await member.Client.Transfers.CreateTransferAsync(new CreateTransferRequest { RequestId = RequestIds.New(), SourceProgrammeId = coalition.Alpha.ProgrammeId, DestinationProgrammeId = coalition.Beta.ProgrammeId, AmountPoints = 1000 });
        TakeIn();
        var events = (await member.Client.Audit.ListEventsAsync(new ListEventsRequest())).Events;
        Assert.Contains("PurchaseRecorded", events.Select(found => found.Type));
        Assert.Contains("TransferCreated", events.Select(found => found.Type));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(found => found.MemberNumber));
        Assert.Single(events.Select(found => found.MemberId).Distinct());
        foreach (var found in events)
        {
            var answer = await member.Client.Audit.GetInclusionProofAsync(new GetInclusionProofRequest { EventId = found.EventId });
            Assert.Equal(found, answer.Event);
            Assert.True(Proves(answer));
            Assert.Equal(found.LeafHash.ToByteArray(), new LogEntry(found.MemberNumber, found.Event.ToByteArray()).LeafHash);
        }
    }

    [Fact]
    public async Task Partner_SeesItsOwnEventsAndNothingThatNamesAMember()
    {
        var member = await coalition.Member(coalition.Alpha);
        await TestCoalition.Buy(coalition.Alpha, member, 5);
        TakeIn();
        var own = (await member.Client.Audit.ListEventsAsync(new ListEventsRequest())).Events[^1];
        var seen = (await All(coalition.Alpha.Client)).ToArray();
        Assert.All(seen, found => Assert.Equal(coalition.Alpha.PartnerId, found.PartnerId));
        var same = Assert.Single(seen, found => found.EventId == own.EventId);
        Assert.Equal(("", 0L, 0), (same.MemberId, same.MemberNumber, same.Event.Length));
        Assert.Equal(own.LeafHash, same.LeafHash);
        Assert.True(Proves(await coalition.Alpha.Client.Audit.GetInclusionProofAsync(new GetInclusionProofRequest { EventId = own.EventId })));
        var memberId = own.MemberId;
        Assert.DoesNotContain(seen, found => found.ToString().Contains(memberId, StringComparison.Ordinal));
        Assert.All(seen.Where(found => found.Event.Length > 0), found => Assert.Equal(-1, found.Event.Span.IndexOf(Guid.Parse(memberId).ToByteArray(bigEndian: true))));
    }

    [Fact]
    public async Task Event_OfAnotherCaller_IsNotFound()
    {
        var (member, other) = (await coalition.Member(coalition.Alpha), await coalition.Member(coalition.Beta));
        TakeIn();
        var own = (await member.Client.Audit.ListEventsAsync(new ListEventsRequest())).Events[0];
        foreach (var stranger in new[] { other.Client, coalition.Beta.Client })
        {
            await Refusals.Refused(StatusCode.NotFound, "EVENT_NOT_FOUND", () => stranger.Audit.GetInclusionProofAsync(new GetInclusionProofRequest { EventId = own.EventId }));
        }
    }

    [Fact]
    public async Task Officer_SeesAllEventsInOrder_AndFiltersByMemberAndPartner()
    {
        var member = await coalition.Member(coalition.Alpha);
        await TestCoalition.Buy(coalition.Alpha, member, 5);
        TakeIn();
        var all = (await All(coalition.Gateway.Officer)).ToArray();
        Assert.Equal(Enumerable.Range(0, all.Length).Select(index => (long)index), all.Select(found => found.LogIndex));
        var memberId = (await member.Client.Audit.ListEventsAsync(new ListEventsRequest())).Events[0].MemberId;
        var narrowed = (await coalition.Gateway.Officer.Audit.ListEventsAsync(new ListEventsRequest { MemberId = memberId, PartnerId = "alpha" })).Events;
        Assert.Equal(all.Where(found => found.MemberId == memberId && found.PartnerId == "alpha"), narrowed);
        Assert.NotEmpty(narrowed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Filter_NotAllowedForTheCaller_IsRefused(bool isPartner)
    {
        var client = isPartner ? coalition.Alpha.Client : (await coalition.Member(coalition.Alpha)).Client;
        var request = isPartner ? new ListEventsRequest { PartnerId = "beta" } : new ListEventsRequest { MemberId = Guid.NewGuid().ToString() };
        await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => client.Audit.ListEventsAsync(request));
    }

    [Fact]
    public async Task Log_SinceAKeptCheckpoint_IsProvedToOnlyGrow()
    {
        await coalition.Member(coalition.Alpha);
        TakeIn();
        var kept = (await coalition.Alpha.Client.Audit.GetCheckpointAsync(new GetCheckpointRequest())).Checkpoint;
        await coalition.Member(coalition.Alpha, coalition.Beta);
        TakeIn();
        var answer = await coalition.Alpha.Client.Audit.GetConsistencyProofAsync(new GetConsistencyProofRequest { FromSize = kept.Size });
        Assert.True(answer.ToCheckpoint.Size > kept.Size);
        var (from, to) = (Signed(kept, kept.VerifierKey), Signed(answer.ToCheckpoint, kept.VerifierKey));
        Assert.True(MerkleTree.IsConsistent(from.Size, to.Size, [.. answer.Hashes.Select(hash => hash.ToByteArray())], from.Root, to.Root));
    }

    [Fact]
    public async Task Checkpoint_Unknown_IsRefusedWithTheLatestSize()
    {
        TakeIn();
        var latest = (await coalition.Alpha.Client.Audit.GetCheckpointAsync(new GetCheckpointRequest())).Checkpoint.Size;
        var refused = await Refusals.Refused(StatusCode.NotFound, "CHECKPOINT_NOT_FOUND", () => coalition.Alpha.Client.Audit.GetCheckpointAsync(new GetCheckpointRequest { Size = long.MaxValue }));
        Assert.True(long.Parse(refused.Metadata["latest_size"]) >= latest);
    }

    [Fact]
    public async Task Event_NewerThanTheCheckpoint_IsRefused()
    {
        TakeIn();
        var old = (await coalition.Alpha.Client.Audit.GetCheckpointAsync(new GetCheckpointRequest())).Checkpoint;
        var member = await coalition.Member(coalition.Alpha);
        TakeIn();
        var own = (await member.Client.Audit.ListEventsAsync(new ListEventsRequest())).Events[0];
        await Refusals.Refused(StatusCode.FailedPrecondition, "EVENT_NOT_COVERED", () => member.Client.Audit.GetInclusionProofAsync(new GetInclusionProofRequest { EventId = own.EventId, Size = old.Size }));
    }

    [Fact]
    public async Task Watch_FromAnIndex_GivesStoredAndNewEvents()
    {
        var member = await coalition.Member(coalition.Alpha);
        var first = await Watch(member, 0);
        Assert.Equal("MemberEnrolled", first.Type);
        var next = Watch(member, first.LogIndex + 1);
        await TestCoalition.Buy(coalition.Alpha, member, 5);
        Assert.Equal("PurchaseRecorded", (await next).Type);
    }

    private static async Task<LoggedEvent> Watch(TestMember member, long from)
    {
        using var call = member.Client.Audit.WatchEvents(new WatchEventsRequest { FromLogIndex = from });
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return call.ResponseStream.Current.Event;
    }

    private static async Task<IEnumerable<LoggedEvent>> All(CoalitionClient client)
    {
        var all = new List<LoggedEvent>();
        var token = "";
        do
        {
            var page = await client.Audit.ListEventsAsync(new ListEventsRequest { PageSize = 200, PageToken = token });
            all.AddRange(page.Events);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return all;
    }

    private static bool Proves(GetInclusionProofResponse answer)
    {
        var signed = Signed(answer.Checkpoint, answer.Checkpoint.VerifierKey);
        return MerkleTree.Includes(answer.Event.LogIndex, signed.Size, answer.Event.LeafHash.Span, [.. answer.Hashes.Select(hash => hash.ToByteArray())], signed.Root);
    }

    private static Ledger.Proofs.Checkpoint Signed(V1.Checkpoint checkpoint, string key) => Ledger.Proofs.Checkpoint.Parse(SignedNote.Verify(checkpoint.Note, key)!)!;

    private void TakeIn() => coalition.Gateway.TakeIn();
}
