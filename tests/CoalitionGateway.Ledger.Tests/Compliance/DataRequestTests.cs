using CoalitionGateway.Ledger.Compliance;

namespace CoalitionGateway.Ledger.Tests.Compliance;

public sealed class DataRequestTests
{
    private static readonly EventId _id = new(Given.Uuid(0x4e));

    private static readonly Table _rows = new()
    {
        { "extend: none", () => Extend(null), $"RequestNotFound(data_request_id) data_request_id={_id}" },
        { "extend: open", () => Extend(Open()), "RequestProlonged" },
        { "extend: at the last instant", () => Extend(Open() with { DueTime = Given.Now.AddTicks(10) }), "RequestProlonged" },
        { "extend: due now", () => Extend(Open() with { DueTime = Given.Now }), "RequestExtended(data_request_id) due_time=2026-03-01T12:00:00.0000000Z" },
        { "extend: twice", () => Extend(Open() with { Extension = ExtensionReason.Complexity }), "RequestExtended(data_request_id) due_time=2026-03-20T12:00:00.0000000Z" },
        { "extend: closed", () => Extend(Closed()), "RequestClosed(data_request_id) close_time=2026-03-01T12:00:00.0000000Z" },
        { "close: none", () => Close(null), $"RequestNotFound(data_request_id) data_request_id={_id}" },
        { "close: open", () => Close(Open()), "RequestEnded" },
        { "close: overdue", () => Close(Open() with { DueTime = Given.Now.AddDays(-1) }), "RequestEnded" },
        { "close: twice", () => Close(Closed()), "RequestClosed(data_request_id) close_time=2026-03-01T12:00:00.0000000Z" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void DataRequest_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    // A month ends on the same day of the next month, or on its last day (Regulation (EEC, Euratom) No 1182/71, Art. 3(2)(c)).
    [Theory]
    [InlineData("2026-01-31", "2026-02-28", "2026-04-30")]
    [InlineData("2028-01-30", "2028-02-29", "2028-04-30")]
    [InlineData("2026-02-15", "2026-03-15", "2026-05-15")]
    [InlineData("2025-12-01", "2026-01-01", "2026-03-01")]
    public void DueTime_IsOneMonthLater_AndThreeMonthsLaterIfExtended(string received, string due, string extended)
    {
        var rows = new WorkingState();
        var opened = new RequestOpened(new EventHeader(_id, Given.Now, Given.Context.Caller, Given.Uuid(1)), Given.Ada, DataRight.Access, Day(received));
        opened.Apply(rows);
        Assert.Equal(Day(due), rows.Find(new DataRequest.Of(_id))!.DueTime);
        new RequestProlonged(opened.Header with { Id = new EventId(Given.Uuid(2)) }, _id, Given.Ada, ExtensionReason.NumberOfRequests).Apply(rows);
        Assert.Equal((Day(extended), ExtensionReason.NumberOfRequests), (rows.Find(new DataRequest.Of(_id))!.DueTime, rows.Find(new DataRequest.Of(_id))!.Extension));
    }

    private static DateTime Day(string text) => DateTime.Parse(text, null, System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal);

    private static Decision Extend(DataRequest? request) => new ExtendRequest(Given.Context, _id, ExtensionReason.Complexity).Decide(request, Given.Now);

    private static Decision Close(DataRequest? request) => new CloseRequest(Given.Context, _id, RequestOutcome.Fulfilled).Decide(request, Given.Now);

    private static DataRequest Open() => new(_id, Given.Ada, DataRight.Erasure, Given.Now.AddDays(-9), new DateTime(2026, 3, 20, 12, 0, 0, DateTimeKind.Utc), null, null, null);

    private static DataRequest Closed() => Open() with { CloseTime = Given.Now, Outcome = RequestOutcome.Fulfilled };
}
