using CoalitionGateway.Testing.Requests;
using CoalitionGateway.Ledger;
using Grpc.Core;

namespace CoalitionGateway.Tests.BadInput;

/// <summary>Every method against every fault of its table: the code, the reason, the field, and that nothing changed.</summary>
[Trait("Store", "any")]
public sealed class BadInputTests(BadInputCoalition coalition) : IClassFixture<BadInputCoalition>
{
    public static TheoryData<string> Methods => [.. FaultTable.Valid.Keys];

    [Fact]
    public void Table_EveryMethod_HasAValidRequestAndFaults()
    {
        Assert.Equal(RawCalls.Methods.Keys.Order(), FaultTable.Valid.Keys.Order());
        Assert.Equal(RawCalls.Methods.Keys.Order(), FaultTable.All().Select(fault => fault.Method).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Request_WithAFault_IsRefusedWithItsReasonAndChangesNothing(string method)
    {
        var before = coalition.Changes();
        foreach (var fault in FaultTable.All().Where(fault => fault.Method == method))
        {
            var request = coalition.Json(method);
            fault.Break(request);
            var bytes = fault.Title == "bytes that are no message" ? [0xFF, 0xFF, 0xFF] : BadInputCoalition.Bytes(method, request);
            var refusal = await coalition.Refusal(method, bytes, coalition.Tokens[fault.Caller]);
            Assert.Equal($"{fault}: {fault.Code} / {fault.Reason}", $"{fault}: {refusal?.Code} / {refusal?.ReasonText}");
            if (fault.Field is not null)
            {
                Assert.True(refusal!.Fields.Any(found => found.Field == fault.Field), $"{fault}: {fault.Field} is not among {string.Join(", ", refusal.Fields)}");
            }
        }

        Assert.Equal(before, coalition.Changes());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Request_UnreadableBytes_IsRefusedAsInvalid(string method)
    {
        var refusal = await coalition.Refusal(method, [0xFF, 0xFF, 0xFF], coalition.Tokens[FaultTable.Valid[method].Caller]);
        Assert.Equal(StatusCode.InvalidArgument, refusal?.Code);
        Assert.Equal("FIELD_INVALID", refusal?.ReasonText);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Request_Oversized_IsRefusedWithTheLimitAndChangesNothing(string method)
    {
        var before = coalition.Changes();
        var refusal = await coalition.Refusal(method, new byte[200_000], coalition.Tokens[FaultTable.Valid[method].Caller]);
        Assert.Equal((StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE"), (refusal?.Code, refusal?.ReasonText));
        Assert.Equal([new("maximum_bytes", "65536")], refusal!.Metadata);
        Assert.Null(refusal.RetryAfter);
        Assert.Equal(before, coalition.Changes());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Request_WithAnInvalidToken_IsRefusedAndChangesNothing(string method)
    {
        var before = coalition.Changes();
        var kind = FaultTable.Valid[method].Caller;
        var subject = kind == CallerKind.Member ? Guid.NewGuid().ToString() : "alpha";
        var scopes = string.Join(' ', Gateway.ScopesFor(kind));
        foreach (var fault in new[] { "expired", "other issuer", "other key" })
        {
            var token = ForgedTokens.Make(coalition.Gateway, fault, kind, subject, scopes);
            var refusal = await coalition.Refusal(method, BadInputCoalition.Bytes(method, coalition.Json(method)), token);
            Assert.Equal($"{fault}: {StatusCode.Unauthenticated} / TOKEN_INVALID", $"{fault}: {refusal?.Code} / {refusal?.ReasonText}");
            Assert.Equal(ForgedTokens.Faults[fault], refusal!.Metadata["problem"]);
        }

        // Only the token was wrong.
        var good = await coalition.Refusal(method, [0xFF, 0xFF, 0xFF], ForgedTokens.Make(coalition.Gateway, "none", kind, subject, scopes));
        Assert.Equal("FIELD_INVALID", good?.ReasonText);
        Assert.Equal(before, coalition.Changes());
    }

    /// <summary>Such a call waits up to a second for the authority's keys. So many of them are made at once, and fewer than a connection carries.</summary>
    [Fact]
    public async Task Request_WithAKeyThatNobodyPublishes_IsRefusedAndChangesNothing()
    {
        const string fault = "key that nobody publishes";
        var before = coalition.Changes();
        var refusals = new List<GatewayRefusal?>();
        foreach (var methods in FaultTable.Valid.Keys.Chunk(50))
        {
            refusals.AddRange(await Task.WhenAll(methods.Select(method => coalition.Refusal(
                method, BadInputCoalition.Bytes(method, coalition.Json(method)), ForgedTokens.Make(coalition.Gateway, fault, FaultTable.Valid[method].Caller)))));
        }

        Assert.All(refusals, refusal => Assert.Equal((StatusCode.Unauthenticated, "TOKEN_INVALID", "unknown_key"), (refusal?.Code, refusal?.ReasonText, refusal?.Metadata["problem"])));
        Assert.Equal(before, coalition.Changes());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Request_AllFieldsEmpty_NamesAllFaultsAtOnceOrSucceeds(string method)
    {
        var refusal = await coalition.Refusal(method, [], coalition.Tokens[FaultTable.Valid[method].Caller]);
        if (BadInputCoalition.Bytes(method, coalition.Json(method)).Length > 0 && refusal is not null)
        {
            Assert.Equal("FIELD_INVALID", refusal.ReasonText);
            Assert.Equal(refusal.Fields.Select(found => found.Field).Distinct(), refusal.Metadata["fields"].Split(','));
        }
    }
}

/// <summary>Without these tests a fault could be refused for an unrelated reason.</summary>
public sealed class ValidRequestTests(BadInputCoalition coalition) : IClassFixture<BadInputCoalition>
{
    [Fact]
    public async Task Requests_WithoutAFault_AllSucceed()
    {
        foreach (var (method, (caller, _)) in FaultTable.Valid)
        {
            var refusal = await coalition.Refusal(method, BadInputCoalition.Bytes(method, coalition.Json(method)), coalition.Tokens[caller]);
            Assert.True(refusal is null, $"{method}: {refusal}");
        }
    }
}
