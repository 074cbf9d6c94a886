using CoalitionGateway.Testing.Requests;
using System.Buffers.Text;
using System.Text.Json.Nodes;
using CoalitionGateway.Ledger;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace CoalitionGateway.Tests.BadInput;

/// <summary>Tokens of real pages, altered or used elsewhere. A token is valid only for the list that gave it.</summary>
public sealed class PageTokenTests(BadInputCoalition coalition) : IClassFixture<BadInputCoalition>
{
    // A different value for each filter field. A new filter needs a line here.
    private static readonly Dictionary<string, JsonObject> _otherFilters = new()
    {
        ["sourceProgrammeId"] = new() { ["sourceProgrammeId"] = "alpha-points" },
        ["partnerId"] = new() { ["partnerId"] = "alpha" },
        ["programmeId"] = new() { ["programmeId"] = "beta-points" },
        ["membershipNumber"] = new() { ["membershipNumber"] = "{friend}" },
        ["memberId"] = new() { ["memberId"] = Faults.UnknownId, ["programmeId"] = "", ["membershipNumber"] = "" },
        ["claimable"] = new() { ["claimable"] = true },
        ["fromTime"] = new() { ["fromTime"] = "2026-01-02T03:04:05Z" },
        ["untilTime"] = new() { ["untilTime"] = "2099-01-02T03:04:05Z" },
        ["kinds"] = new() { ["kinds"] = new JsonArray("MOVEMENT_KIND_RETURN") },
        ["language"] = new() { ["language"] = "sv" },
        ["toTime"] = new() { ["toTime"] = "2099-01-02T03:04:05Z" },
        ["noticeVersion"] = new() { ["noticeVersion"] = "1999-01" },
        ["noticeLanguage"] = new() { ["noticeLanguage"] = "sv" },
        ["state"] = new() { ["state"] = "PROPOSAL_STATE_OPEN" },
        ["includeClosed"] = new() { ["includeClosed"] = true },
    };

    public static TheoryData<string> Lists => [.. All.Select(list => list.Key)];

    public static TheoryData<string> FilteredLists => [.. All.Where(list => Filters(list.Value).Any()).Select(list => list.Key)];

    public static TheoryData<string> OwnLists => [.. All.Where(list => FaultTable.Valid[list.Key].Caller == CallerKind.Member).Select(list => list.Key)];

    private static IEnumerable<KeyValuePair<string, MethodDescriptor>> All =>
        RawCalls.Methods.Where(method => method.Value.InputType.FindFieldByName("page_token") is not null);

    [Fact]
    public void Lists_AllHavePages() => Assert.Equal(
        RawCalls.Methods.Keys.Where(method => method.Contains("/List", StringComparison.Ordinal)).Order(), All.Select(list => list.Key).Order());

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Token_OnItsOwnList_GivesTheNextPage(string list)
    {
        var token = await Token(list);
        Assert.Null(await Refusal(list, token));
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Token_AlteredInOneByte_IsRefused(string list)
    {
        var bytes = Base64Url.DecodeFromChars(await Token(list));
        for (var i = 0; i < bytes.Length; i++)
        {
            byte[] altered = [.. bytes[..i], (byte)(bytes[i] ^ 1), .. bytes[(i + 1)..]];
            Assert.Equal($"{i}: page_token", $"{i}: {Fault(await Refusal(list, Base64Url.EncodeToString(altered)))}");
        }
    }

    [Theory]
    [MemberData(nameof(FilteredLists))]
    public async Task Token_UsedWithAnotherFilter_IsRefused(string list)
    {
        var token = await Token(list);
        foreach (var filter in Filters(RawCalls.Methods[list]))
        {
            Assert.Equal($"{filter}: page_token", $"{filter}: {Fault(await Refusal(list, token, _otherFilters[filter]))}");
        }
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Token_UsedWithAnotherMethod_IsRefused(string list)
    {
        var token = await Token(list);
        foreach (var (other, _) in All.Where(found => found.Key != list))
        {
            Assert.Equal($"{other}: page_token", $"{other}: {Fault(await Refusal(other, token))}");
        }
    }

    [Theory]
    [MemberData(nameof(OwnLists))]
    public async Task Token_UsedByAnotherCaller_IsRefused(string list)
    {
        var request = coalition.Json(list);
        request["pageToken"] = await Token(list);
        Assert.Equal("page_token", Fault(await coalition.Refusal(list, BadInputCoalition.Bytes(list, request), coalition.FriendsToken)));
    }

    private static IEnumerable<string> Filters(MethodDescriptor list) =>
        list.InputType.Fields.InDeclarationOrder().Select(field => field.JsonName).Except(["pageSize", "pageToken"]);

    private static string? Fault(GatewayRefusal? refusal) => (refusal?.Code, refusal?.ReasonText) == (StatusCode.InvalidArgument, "FIELD_INVALID")
        ? string.Join(',', refusal!.Fields.Select(found => found.Field))
        : refusal?.ToString();

    private async Task<string> Token(string list)
    {
        var request = coalition.Json(list);
        request["pageSize"] = 1;
        var answer = await coalition.Answer(list, request, coalition.Tokens[FaultTable.Valid[list].Caller]);
        var token = (string)answer.Descriptor.FindFieldByName("next_page_token").Accessor.GetValue(answer);
        Assert.NotEmpty(token);
        return token;
    }

    private Task<GatewayRefusal?> Refusal(string list, string pageToken, JsonObject? filter = null)
    {
        var request = coalition.Json(list);
        var known = RawCalls.Methods[list].InputType.Fields.InDeclarationOrder().Select(field => field.JsonName).ToHashSet();
        foreach (var (field, value) in (filter ?? []).Where(found => known.Contains(found.Key)))
        {
            request[field] = value!.DeepClone();
        }

        request["pageToken"] = pageToken;
        return coalition.Refusal(list, BadInputCoalition.Bytes(list, request), coalition.Tokens[FaultTable.Valid[list].Caller]);
    }
}
