using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Disclosure;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.V1;
using Google.Protobuf.Reflection;
using DataCategory = CoalitionGateway.V1.DataCategory;

namespace CoalitionGateway.Tests.Platform.Rpc;

/// <summary>Promises of the contract about itself.</summary>
[Trait("Store", "any")]
public sealed class ContractTests
{
    [Fact]
    public void Fields_OfEveryMessage_NameTheirCategoryOfPersonalData() => Assert.Empty(Unclassified(MethodRules.Services
        .Select(service => service.File).Append(AnnotationsReflection.Descriptor).Append(MoneyReflection.Descriptor)));

    [Fact]
    public void Unclassified_FindsFieldsWithoutACategory() =>
        Assert.Equal(["grpc.health.v1.HealthCheckRequest.service", "grpc.health.v1.HealthCheckResponse.status"], Unclassified([Grpc.Health.V1.HealthReflection.Descriptor]));

    [Fact]
    public void Disclosure_ClassifiesEveryFieldOfAMember_IncludingNestedOnes()
    {
        var fields = DisclosureGate.Classified(Member.Descriptor).ToDictionary(field => field.Path, field => field.Category);
        Assert.Equal(7, fields.Count);
        Assert.Equal(Ledger.DataCategory.Contact, fields["profile.email"]);
        Assert.Equal(Ledger.DataCategory.Relationship, fields["programme_ids"]);
    }

    [Fact]
    public void Mutations_AllCarryARequestId()
    {
        string[] reads = ["Compare", "Find", "Get", "Identify", "List", "Preview", "Quote", "Simulate", "Stream", "Watch"];
        foreach (var method in MethodRules.Services.SelectMany(service => service.Methods).Where(method => !method.IsClientStreaming && !reads.Any(read => method.Name.StartsWith(read, StringComparison.Ordinal))))
        {
            Assert.True(method.InputType.FindFieldByName("request_id") is { FieldNumber: 1 }, $"{method.FullName} takes no request_id.");
        }
    }

    /// <summary>The audit log is signed between turns: a turn does not tell how far a standby's log is.</summary>
    [Fact]
    public void MethodsThatMayLag_ChangeNothing_AndProveNothing()
    {
        MethodDescriptor[] lagging = [.. MethodRules.Services.SelectMany(service => service.Methods).Where(method => method.GetOptions().GetExtension(AnnotationsExtensions.MayLag))];
        Assert.Contains(lagging, method => method.Name == "ListTransfers");
        Assert.DoesNotContain(lagging, method => method.InputType.FindFieldByName("request_id") is not null);
        Assert.DoesNotContain(lagging, method => method.Name.EndsWith("Proof", StringComparison.Ordinal) || method.Name is "GetCheckpoint" or "ListEvents" or "WatchEvents");
    }

    /// <summary>
    /// The type of a consent event is the state that it leads to. No event leads to INVALIDATED, which follows from the notice.
    /// </summary>
    [Fact]
    public void ConsentStates_AndTheTypesOfTheirEvents_MatchTheContract()
    {
        foreach (var state in Enum.GetValues<Ledger.Consents.ConsentState>())
        {
            Assert.Equal(state.ToString(), ((ConsentState)(int)state).ToString());
            var comesByItself = state is Ledger.Consents.ConsentState.Invalidated;
            Assert.Equal(comesByItself ? $"{(int)state}" : state.ToString(), ((ConsentEventType)(int)state).ToString());
        }
    }

    [Fact]
    public void ErrorReasons_OfTheLedger_MatchTheContractAndHaveACode()
    {
        foreach (var reason in RefusalReason.All)
        {
            Assert.Equal(reason.ToString(), ((ErrorReason)reason.Number).ToString());
            Assert.NotEqual(Grpc.Core.StatusCode.OK, RefusalStatus.CodeOf(new Refusal(reason, "")));
        }
    }

    [Theory]
    [InlineData(typeof(Ledger.CallerKind), typeof(V1.CallerKind))]
    [InlineData(typeof(Ledger.Programmes.Rounding), typeof(V1.Rounding))]
    [InlineData(typeof(Ledger.Purpose), typeof(V1.Purpose))]
    [InlineData(typeof(Ledger.DataCategory), typeof(V1.DataCategory))]
    [InlineData(typeof(Ledger.Disclosure.DisclosureBasis), typeof(V1.DisclosureBasis))]
    public void Enums_OfTheLedger_HaveTheContractsNumbers(Type ledger, Type contract)
    {
        var known = Enum.GetNames(contract).Where(name => name != "Unspecified").ToDictionary(name => name, name => (int)Enum.Parse(contract, name));
        Assert.Equal(known, Enum.GetNames(ledger).ToDictionary(name => name, name => (int)Enum.Parse(ledger, name)));
    }

    private static IEnumerable<string> Unclassified(IEnumerable<FileDescriptor> files) =>
        from file in files
        from message in file.MessageTypes
        from field in message.Fields.InDeclarationOrder()
        where field.FieldType != FieldType.Message || field.MessageType.File.Package != file.Package
        where DisclosureGate.CategoryOf(field) == DataCategory.Unspecified
        select field.FullName;
}
