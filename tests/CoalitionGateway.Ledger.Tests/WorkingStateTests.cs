using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Pools;

namespace CoalitionGateway.Ledger.Tests;

public sealed class WorkingStateTests
{
    private static readonly Membership _adas = Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada);
    private static readonly Membership _bos = _adas with { MemberId = Given.Bo };
    private static readonly Key<Membership> _primary = new Membership.Of(Given.AdaInMiles);
    private static readonly Key<Membership> _ofAda = new Membership.OfMember(Given.Ada, Given.Miles);
    private static readonly Key<Membership> _ofBo = new Membership.OfMember(Given.Bo, Given.Miles);
    private static readonly SetKey<Participant> _family = new Participant.ByPool(Given.Family);
    private static readonly Participant _first = Given.Participant(Given.AdaInMiles);
    private static readonly Participant _second = Given.Participant(Given.BoInMiles);

    [Fact]
    public void Find_RowNotLoaded_IsMissingUntilItIsLoaded()
    {
        var rows = new WorkingState();

        Assert.Null(rows.Find(_primary));
        Assert.Equal([_primary], rows.Missing);

        rows.Load(_primary, _adas);
        Assert.Equal(_adas, rows.Find(_primary));
        Assert.Empty(rows.Missing);
    }

    [Fact]
    public void Find_RowNotInTheStore_IsNotMissingAgain()
    {
        var rows = new WorkingState();
        rows.Find(_ofBo);
        rows.Load(_ofBo, null);

        Assert.Null(rows.Find(_ofBo));
        Assert.Empty(rows.Missing);
    }

    [Fact]
    public void Load_ByOneKey_MakesTheRowFoundByAllItsKeys()
    {
        var rows = new WorkingState();
        rows.Load(_ofAda, _adas);

        Assert.Equal(_adas, rows.Find(_primary));
        Assert.Empty(rows.Missing);
    }

    [Fact]
    public void Load_RowChangedByTheBatch_ChangesNothing()
    {
        var rows = new WorkingState();
        rows.Load(_primary, _adas);
        rows.Put(_bos);

        rows.Load(_ofAda, _adas);

        Assert.Equal((_bos, _bos, null), (rows.Find(_primary), rows.Find(_ofBo), rows.Find(_ofAda)));
    }

    [Fact]
    public void Put_RowWithAnotherLookup_IsNoLongerFoundByTheOldOne()
    {
        var rows = new WorkingState();
        rows.Load(_primary, _adas);

        rows.Put(_bos);

        Assert.Null(rows.Find(_ofAda));
        Assert.Equal(_bos, rows.Find(_ofBo));
        Assert.Empty(rows.Missing);
        Assert.Equal([new(_primary, _bos)], rows.Changes);
    }

    [Fact]
    public void Put_TwiceInABatch_FollowsTheLookupsEachTime()
    {
        var rows = new WorkingState();
        rows.Load(_primary, _adas);

        rows.Put(_bos);
        rows.Put(_adas);

        Assert.Equal(_adas, rows.Find(_ofAda));
        Assert.Null(rows.Find(_ofBo));
        Assert.Empty(rows.Missing);
    }

    [Fact]
    public void Commit_AfterAMove_RemembersItForTheNextBatch()
    {
        var memory = new RowMemory();
        var before = new WorkingState(memory);
        before.Load(_primary, _adas);
        before.LoadSet(new Membership.ByMember(Given.Ada), [_adas]);
        before.Put(_bos);
        before.Commit();

        var after = new WorkingState(memory);

        Assert.Equal((_bos, _bos, null), (after.Find(_primary), after.Find(_ofBo), after.Find(_ofAda)));
        Assert.Empty(after.FindAll(new Membership.ByMember(Given.Ada)));
        Assert.Empty(after.Missing);
        // Bo's other memberships were never loaded. So the whole set must be requested, not guessed from the one row.
        after.FindAll(new Membership.ByMember(Given.Bo));
        Assert.Equal([new Membership.ByMember(Given.Bo)], after.Missing);
    }

    [Fact]
    public void Commit_NotReached_LeavesNothingInTheMemory()
    {
        var memory = new RowMemory();
        var failed = new WorkingState(memory);
        failed.Load(_primary, _adas);
        failed.Put(_bos);

        Assert.Equal(_adas, new WorkingState(memory).Find(_primary));
    }

    [Fact]
    public void FindAll_SetNotLoaded_IsMissingUntilItIsLoaded()
    {
        var rows = new WorkingState();

        Assert.Empty(rows.FindAll(_family));
        Assert.Equal([_family], rows.Missing);

        rows.LoadSet(_family, [_first, _second]);
        Assert.Equal([_first, _second], rows.FindAll(_family));
        Assert.Equal(_second, rows.Find(new Participant.Of(Given.Family, Given.BoInMiles)));
        Assert.Empty(rows.Missing);
    }

    [Fact]
    public void Put_IntoALoadedSet_AppearsOnceAfterSeveralChanges()
    {
        var rows = new WorkingState();
        rows.LoadSet(_family, [_first]);

        rows.Put(_second);
        rows.Put(_second with { InvitationExpireTime = Given.Now });

        Assert.Equal([_first, _second with { InvitationExpireTime = Given.Now }], rows.FindAll(_family));
    }

    [Fact]
    public void LoadSet_AfterTheBatchAddedToIt_HoldsTheAddedRowToo()
    {
        var rows = new WorkingState();
        rows.Put(_second);
        rows.FindAll(_family);

        rows.LoadSet(_family, [_first]);

        Assert.Equal([_first, _second], rows.FindAll(_family));
        Assert.Empty(rows.Missing);
    }

    [Fact]
    public void LoadSet_AfterTheBatchRemovedFromIt_NoLongerHoldsTheRow()
    {
        var rows = new WorkingState();
        rows.Load(new Participant.Of(Given.Family, Given.AdaInMiles), _first);
        rows.Remove(_first);

        rows.LoadSet(_family, [_first, _second]);

        Assert.Equal([_second], rows.FindAll(_family));
        Assert.Null(rows.Find(new Participant.Of(Given.Family, Given.AdaInMiles)));
    }

    [Fact]
    public void LoadSet_AfterTheBatchChangedARowOfIt_HoldsTheChangedRow()
    {
        var rows = new WorkingState();
        rows.Load(new Participant.Of(Given.Family, Given.AdaInMiles), _first);
        rows.Put(_first with { InvitationExpireTime = Given.Now });

        rows.LoadSet(_family, [_first]);

        Assert.Equal([_first with { InvitationExpireTime = Given.Now }], rows.FindAll(_family));
    }

    [Fact]
    public void LoadSet_AfterTheBatchMovedARowToAnotherSet_FollowsIt()
    {
        var rows = new WorkingState();
        rows.Load(_primary, _adas);
        rows.Put(_bos);

        rows.LoadSet(new Membership.ByMember(Given.Ada), [_adas]);
        rows.LoadSet(new Membership.ByMember(Given.Bo), []);

        Assert.Empty(rows.FindAll(new Membership.ByMember(Given.Ada)));
        Assert.Equal([_bos], rows.FindAll(new Membership.ByMember(Given.Bo)));
    }

    [Fact]
    public void Remove_Row_IsFoundByNoKeyAndItsDeletionIsWritten()
    {
        var rows = new WorkingState();
        var number = new MembershipNumber(Given.Miles, "A-1", Given.AdaInMiles, new byte[16]);
        rows.Load(number.Primary, number);
        rows.LoadSet(_family, [_first]);

        rows.Remove(number);
        rows.Remove(_first);

        Assert.Null(rows.Find(new MembershipNumber.Of(Given.Miles, "A-1")));
        Assert.Null(rows.Find(new MembershipNumber.OfMembership(Given.AdaInMiles)));
        Assert.Empty(rows.FindAll(_family));
        Assert.Empty(rows.Missing);
        Assert.Equal([new(number.Primary, null), new(_first.Primary, null)], rows.Changes);
    }

    [Fact]
    public void Remove_RowThatMayNotBeDeleted_Throws()
    {
        var rows = new WorkingState();
        rows.Load(_primary, _adas);

        Assert.Throws<InvalidOperationException>(() => rows.Remove(_adas));
        Assert.Equal(_adas, rows.Find(_primary));
    }

    [Fact]
    public void Remove_ThenPutAgain_WritesTheRow()
    {
        var rows = new WorkingState();
        rows.LoadSet(_family, [_first]);

        rows.Remove(_first);
        rows.Put(_first);

        Assert.Equal([_first], rows.FindAll(_family));
        Assert.Equal([new(_first.Primary, _first)], rows.Changes);
    }

    /// <summary>The rows of a set age separately from the set. Forgotten rows are requested again.</summary>
    [Fact]
    public void FindAll_SomeRowsForgotten_RequestsThemAndThenHoldsAll()
    {
        var memory = new RowMemory(capacity: 3);
        var rows = new WorkingState(memory);
        rows.LoadSet(_family, [_first, _second]);
        for (var i = 0; i < 6; i += 3)
        {
            // Batches that request the set, but none of its rows.
            rows = new WorkingState(memory);
            Assert.True(memory.TryGet(_family, out _));
            Array.ForEach([i, i + 1, i + 2], other => rows.Load(new Pool.Of(new PoolId(Given.Uuid(other))), null));
        }

        var third = Given.Participant(new MembershipId(Given.Uuid(3)));
        rows.Put(third);
        Assert.Equal([third], rows.FindAll(_family));
        Assert.Equivalent(new[] { _first.Primary, _second.Primary }, rows.Missing, strict: true);

        rows.Load(_first.Primary, _first);
        rows.Load(_second.Primary, _second);
        Assert.Equal([_first, _second, third], rows.FindAll(_family));
        Assert.Empty(rows.Missing);
    }

    [Fact]
    public void Post_ToAnAccountWithAFloor_EntersTheBalanceBeforeAndAfter()
    {
        var rows = new WorkingState();
        var (points, issue) = (AccountRef.Points(Given.Miles, Given.AdaInMiles), AccountRef.Issue(Given.Miles, Given.Aurora));
        rows.Load(new Account.Of(points.Id), Account.Open(points) with { BalancePoints = 100, Version = 4 });
        var made = Given.Context.EventId;

        rows.Post(made, [new Posting(Given.Miles, [new(issue, -7), new(points, 7)]), new Posting(Given.Miles, [new(issue, -3), new(points, 3)])]);

        Assert.Equal(
            [
                new Entry(made, 0, issue.Id, -7, null, null, null), new Entry(made, 1, points.Id, 7, 5, 100, 107),
                new Entry(made, 2, issue.Id, -3, null, null, null), new Entry(made, 3, points.Id, 3, 6, 107, 110),
            ],
            rows.Entries);
        Assert.Equal(Account.Open(points) with { BalancePoints = 110, Version = 6 }, rows.Find(new Account.Of(points.Id)));
        Assert.Equal([new(issue, (-10L, 2))], rows.Sums);
    }

    [Fact]
    public void Post_Unbalanced_Throws()
    {
        var rows = new WorkingState();
        var line = new PostingLine(AccountRef.Issue(Given.Miles, Given.Aurora), -7);

        Assert.Throws<InvalidOperationException>(() => rows.Post(Given.Context.EventId, [new Posting(Given.Miles, [line])]));
        Assert.Empty(rows.Entries);
    }

    [Fact]
    public void Post_BelowAFloor_Throws()
    {
        var rows = new WorkingState();
        PostingLine[] lines = [new(AccountRef.Points(Given.Miles, Given.AdaInMiles), -1), new(AccountRef.Issue(Given.Miles, Given.Aurora), 1)];

        Assert.Throws<InvalidOperationException>(() => rows.Post(Given.Context.EventId, [new Posting(Given.Miles, lines)]));
    }
}
