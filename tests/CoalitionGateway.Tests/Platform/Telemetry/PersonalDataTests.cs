using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CoalitionGateway.Tests.Platform.Telemetry;

public sealed class PersonalDataTests
{
    [Fact]
    public async Task Calls_SuccessfulRefusedOrFailing_LeaveNoPersonalDataInLogsAndMetrics()
    {
        var lines = new LogLines();
        await using var coalition = new TestCoalition
        {
            Configure = options =>
            {
                TestDatabase.Use(options);
                if (options.Postgres.Length > 0)
                {
                    // Error details quote rows. The gateway switches them off, whatever its connection string says.
                    options.Postgres = new NpgsqlConnectionStringBuilder(options.Postgres) { IncludeErrorDetail = true }.ConnectionString;
                }
            },
            Extend = builder => builder.Logging.AddProvider(lines),
        };
        await coalition.InitializeAsync();
        var (gateway, members) = (coalition.Gateway, coalition.Alpha.Client.Members);
        using var measured = new Measurements(gateway);
        await members.EnrollMemberAsync(Enrolment(Secrets.Number));
        await Refusals.Refused(StatusCode.AlreadyExists, "MEMBERSHIP_NUMBER_TAKEN", () => members.EnrollMemberAsync(Enrolment(Secrets.Number)));
        await Refusals.Refused(StatusCode.InvalidArgument, "FIELD_INVALID", () => members.EnrollMemberAsync(Enrolment(Secrets.Number + "\n")));
        await gateway.SignIn(Secrets.Number);

        await using (var broken = TestDatabase.Open(gateway.Options))
        {
            broken.Execute(TestDatabase.IsPostgres
                ? "ALTER TABLE profile ADD CONSTRAINT never CHECK (false) NOT VALID"
                : "CREATE TRIGGER never BEFORE INSERT ON profile BEGIN SELECT RAISE(ABORT, 'never'); END");
        }

        var fault = await Refusals.Refused(StatusCode.Internal, "INTERNAL_FAULT", () => members.EnrollMemberAsync(Enrolment(Secrets.Number + "-2")));
        Assert.Contains(lines.Whole, line => line.Contains(fault.Metadata["trace_id"], StringComparison.Ordinal));
        await measured.Next("coalition.call.duration {method=coalition.gateway.v1.MemberService/EnrollMember, code=Internal}");
        measured.Look("coalition.journal.queue.depth");
        Assert.NotEmpty(lines.Whole);
        Assert.Empty(Secrets.In(lines.Whole));
        Assert.Empty(Secrets.In(measured.All));
    }

    [Fact]
    public void Key_OfAMembershipNumber_AsTextHidesTheNumber()
    {
        var key = new MembershipNumber.Of(new ProgrammeId("stars"), Secrets.Number);
        Assert.Equal("MembershipNumber.Of", key.ToString());
        var endless = Assert.Throws<InvalidOperationException>(() =>
        {
            var rows = new WorkingState();
            rows.LoadAll(() => rows.Find(key), () => { });
        });
        Assert.Empty(Secrets.In([endless.ToString()]));
    }

    private static EnrollMemberRequest Enrolment(string number) => new() { RequestId = RequestIds.New(), MembershipNumber = number, Profile = Secrets.Profile };
}
