using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Transfers;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Tests.Security;
using CoalitionGateway.V1;
using Purpose = CoalitionGateway.V1.Purpose;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Tests.Platform.Contract;

/// <summary>The rules of the contract's fields, and the one class that checks requests against them.</summary>
[Trait("Store", "any")]
public sealed class FieldRulesTests
{
    private readonly FieldRules _rules = new(new TestClock());

    /// <summary>
    /// A flag may have either value, and an entry of a stream is checked separately. Every other field has a rule.
    /// </summary>
    [Fact]
    public void Fields_OfEveryRequest_HaveARule() => Assert.Empty(
        from field in Requests().SelectMany(Fields).Distinct()
        where field.FieldType != FieldType.Bool && field.ContainingOneof is null && RuleOf(field) is null
        select field.FullName);

    /// <summary>A check that cannot be made would fail the first call that needs it.</summary>
    [Fact]
    public void Fields_OfEveryRequest_HaveACheck() => Assert.All(Requests().SelectMany(Fields).Distinct(), field => FieldCheck.Of(field));

    [Fact]
    public void Numbers_InTheContract_MatchTheLedger()
    {
        var route = Route.Descriptor;
        foreach (var rule in new[] { route.FindFieldByName("minimum_points"), route.FindFieldByName("maximum_points") }.Select(RuleOf))
        {
            Assert.Equal((CreateTransfer.Step, Points.MaxPerCommand), (rule!.Step, rule.Max));
        }

        Assert.Equal(Points.MaxPerCommand, RuleOf(Agreement.Descriptor.FindFieldByName("max_return_points_per_day"))!.Max);
        var said = Documents.Proto("annotations");
        Assert.Contains($"A code of {OneTimeCodes.Length} characters", said, StringComparison.Ordinal);
        Assert.Contains($"to {TimeForm.MostAhead.TotalMinutes} minutes ahead of the gateway's clock", said, StringComparison.Ordinal);
        Assert.Contains($"at most 10^{Math.Log10(Ledger.Money.MaxMicros)}", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_EmptyRequest_NamesEveryRequiredField()
    {
        Assert.Equal(
            ["request_id", "purchase_reference", "membership_number", "amount", "purchase_time"], Faults(new RecordPurchaseRequest()).Keys);
        Assert.Equal(["request_id", "purchase_reference"], Faults(new ReversePurchaseRequest()).Keys);
        Assert.Equal(["request_id", "partner_id", "purpose", "categories", "notice_version", "notice_language"], Faults(new GiveConsentRequest()).Keys);
        Assert.Empty(Faults(new ListTransfersRequest()));
    }

    [Fact]
    public void Check_RequiredMessageNotSent_NamesItsRequiredFields() => Assert.Equal(
        ["request_id", "route.source_programme_id", "route.destination_programme_id", "route.ratio_numerator", "route.ratio_denominator"],
        Faults(new PublishRouteRequest()).Keys);

    [Fact]
    public void Check_OptionalMessage_IsCheckedOnlyIfSent()
    {
        var request = new EnrollMemberRequest { RequestId = Guid.NewGuid().ToString(), MembershipNumber = "1" };
        Assert.Empty(Faults(request));
        request.Profile = new MemberProfile { Email = "nobody", CountryCode = "se", BirthDate = "2026-02-29", PhoneNumber = "0701234567", PostalCode = "1234567890123" };
        Assert.Equal(
            ["profile.birth_date", "profile.email", "profile.phone_number", "profile.postal_code", "profile.country_code"], Faults(request).Keys);
    }

    [Theory]
    [InlineData("018f6e1c-7c9a-7d31-9b0a-2f6f0c1d2e3f", true)]
    [InlineData("018F6E1C-7C9A-7D31-9B0A-2F6F0C1D2E3F", true)]
    [InlineData("00000000-0000-0000-0000-000000000000", false)]
    [InlineData("018f6e1c7c9a7d319b0a2f6f0c1d2e3f", false)]
    [InlineData("{018f6e1c-7c9a-7d31-9b0a-2f6f0c1d2e3f}", false)]
    [InlineData("018f6e1c-7c9a-7d31-9b0a-2f6f0c1d2e3", false)]
    public void Uuid_OnlyInItsCanonicalForm_IsAccepted(string id, bool isTaken) => Assert.Equal(isTaken, !Faults(new GetPoolRequest { PoolId = id }).ContainsKey("pool_id"));

    [Theory]
    [InlineData("abc", true)]
    [InlineData("a-1", true)]
    [InlineData("ab", false)]
    [InlineData("1bc", false)]
    [InlineData("Abc", false)]
    [InlineData("ab\n", false)]
    [InlineData("a23456789012345678901234567890123456789x", true)]
    [InlineData("a23456789012345678901234567890123456789xy", false)]
    public void ProgrammeId_OnlyInItsForm_IsAccepted(string id, bool isTaken) => Assert.Equal(isTaken, Faults(new GetProgrammeRequest { ProgrammeId = id }).Count == 0);

    [Theory]
    [InlineData(0, false, "must be more than 0.")]
    [InlineData(-1000, false, "must be more than 0.")]
    [InlineData(1, true, "")]
    [InlineData(long.MaxValue, true, "")]
    public void Number_WithAMinimum_IsAcceptedFromThere(long points, bool isTaken, string problem)
    {
        var faults = Faults(new QuoteTransferRequest { SourceProgrammeId = "alpha", DestinationProgrammeId = "beta", AmountPoints = points });
        Assert.Equal((isTaken, problem), (faults.Count == 0, faults.GetValueOrDefault("amount_points", "")));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1000, true)]
    [InlineData(1500, false)]
    [InlineData(-1000, false)]
    [InlineData(1_000_000_000_000, true)]
    [InlineData(1_000_000_001_000, false)]
    public void Number_InSteps_IsAcceptedWithinItsRange(long points, bool isTaken)
    {
        var faults = Faults(Publish(route => route.MaximumPoints = points));
        Assert.Equal(isTaken ? "" : "must be a multiple of 1000, 0 to 1000000000000.", faults.GetValueOrDefault("route.maximum_points", ""));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(3, false)]
    [InlineData(-1, false)]
    public void Enum_OnlyWithAValueOfTheContract_IsAccepted(int state, bool isTaken) => Assert.Equal(
        isTaken ? "" : "must be one of ROUTE_STATE_OPEN, ROUTE_STATE_SUSPENDED.", Faults(Publish(route => route.State = (RouteState)state)).GetValueOrDefault("route.state", ""));

    [Fact]
    public void Enums_RepeatedOrUnknown_AreRefused()
    {
        Assert.Empty(Faults(Agree(Purpose.Marketing)));
        Assert.Empty(Faults(Agree()));
        Assert.Equal(["purposes"], Faults(Agree(Purpose.Marketing, Purpose.Marketing)).Keys);
        Assert.Equal(["purposes"], Faults(Agree(Purpose.Unspecified)).Keys);
        Assert.Equal(["purposes"], Faults(Agree((Purpose)99)).Keys);
    }

    [Theory]
    [InlineData(946_684_800, 0, true)]
    [InlineData(946_684_799, 0, false)]
    [InlineData(1_767_225_900, 0, true)] // 2026-01-01T00:05:00Z
    [InlineData(1_767_225_901, 0, false)]
    [InlineData(1_767_225_600, 1_000_000_000, false)]
    [InlineData(1_767_225_600, -1, false)]
    [InlineData(long.MaxValue, 0, false)]
    [InlineData(long.MinValue, 0, false)]
    public void Time_OnlyInThePast_IsAccepted(long seconds, int nanos, bool isTaken)
    {
        var faults = Faults(new CloseBreachRequest
        {
            RequestId = Guid.NewGuid().ToString(), BreachId = Guid.NewGuid().ToString(), NotifyTime = new Timestamp { Seconds = seconds, Nanos = nanos },
        });
        Assert.Equal(isTaken, !faults.ContainsKey("notify_time"));
    }

    [Theory]
    [InlineData(253_402_300_799, true)]
    [InlineData(253_402_300_800, false)]
    public void Time_InTheFuture_IsAcceptedToTheEndOf9999(long seconds, bool isTaken) =>
        Assert.Equal(isTaken, Faults(new ListDisclosuresRequest { ToTime = new Timestamp { Seconds = seconds } }).Count == 0);

    [Fact]
    public void Amount_WrongInBothFields_NamesBoth() =>
        Assert.Equal(["amount.currency_code", "amount.micros"], Faults(new ReversePurchaseRequest { Amount = new V1.Money { CurrencyCode = "EURO" } }).Keys.Skip(2));

    /// <summary>Covers every string of every request, whatever its rule.</summary>
    [Fact]
    public void NulCharacter_InAnyString_IsRefused()
    {
        foreach (var type in Requests())
        {
            foreach (var field in type.Fields.InFieldNumberOrder().Where(field => field.FieldType == FieldType.String))
            {
                var request = type.Parser.ParseFrom(ByteString.Empty);
                if (field.IsRepeated)
                {
                    ((System.Collections.IList)field.Accessor.GetValue(request)).Add("a\0b");
                }
                else
                {
                    field.Accessor.SetValue(request, "a\0b");
                }

                Assert.Equal("must not have U+0000.", Faults(request)[field.Name]);
            }
        }
    }

    private static IEnumerable<MessageDescriptor> Requests() => MethodRules.Services.SelectMany(service => service.Methods).Select(method => method.InputType).Distinct();

    /// <summary>
    /// The fields of a request, including those of its messages. The form of a message covers its own fields. Versions and what
    /// is left of a budget are told in answers, and ignored in requests.
    /// </summary>
    private static IEnumerable<FieldDescriptor> Fields(MessageDescriptor type) =>
        from field in type.Fields.InFieldNumberOrder()
        where field.Name != "version" && field.FullName != "coalition.gateway.v1.Campaign.left_points"
        from found in field.FieldType == FieldType.Message && RuleOf(field) is null or { Form: FieldForm.Unspecified } ? Fields(field.MessageType).Prepend(field) : [field]
        select found;

    private static FieldRule? RuleOf(FieldDescriptor field) => field.GetOptions()?.GetExtension(AnnotationsExtensions.Rule);

    private static PublishRouteRequest Publish(Action<Route> with)
    {
        var route = new Route { SourceProgrammeId = "alpha", DestinationProgrammeId = "beta", RatioNumerator = 1, RatioDenominator = 1 };
        with(route);
        return new PublishRouteRequest { RequestId = Guid.NewGuid().ToString(), Route = route };
    }

    private static AgreePurposesRequest Agree(params Purpose[] purposes) =>
        new() { RequestId = Guid.NewGuid().ToString(), PartnerId = "alpha", Purposes = { purposes } };

    private Dictionary<string, string> Faults(IMessage request)
    {
        try
        {
            _rules.Check(request);
            return [];
        }
        catch (InvalidFieldsException invalid)
        {
            return invalid.Violations.ToDictionary();
        }
    }
}
