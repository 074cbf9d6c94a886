using CoalitionGateway.Ledger.Pools;

namespace CoalitionGateway.Ledger.Tests.Pools;

public sealed class CreatePoolTests
{
    private static readonly CreatePool _command = new(Given.Context, Given.Ada, Given.Miles, Given.Family, new ParticipantId(Given.Uuid(7)));

    private static readonly Table _rows = new()
    {
        { "not in the programme", () => _command.Decide(null, Given.Now), "MembershipNotFound(programme_id) needed programme_id=aurora-miles" },
        { "in the programme", () => _command.Decide(Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada), Given.Now), "PoolCreated" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void CreatePool_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    [Fact]
    public void CreatePool_Applied_AddsTheCreatorAsParticipant()
    {
        var rows = new WorkingState();
        rows.LoadSet(new Participant.ByPool(Given.Family), []);

        _command.Decide(Given.Membership(Given.AdaInMiles, Given.Miles, Given.Ada), Given.Now).Event!.Apply(rows);

        Assert.Equal(new Pool(Given.Family, Given.Miles, Given.Now), rows.Find(new Pool.Of(Given.Family)));
        Assert.Equal(
            [new Participant(Given.Family, Given.AdaInMiles, new ParticipantId(Given.Uuid(7)), null)],
            rows.FindAll(new Participant.ByPool(Given.Family)));
    }
}
