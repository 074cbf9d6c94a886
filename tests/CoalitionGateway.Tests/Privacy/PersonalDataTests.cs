using System.Text;
using CoalitionGateway.Audit;
using CoalitionGateway.Client;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Privacy;

/// <summary>The data that a member gets about themself (GDPR Art. 15 and 20): all of their own, and nobody else's.</summary>
public sealed class PersonalDataTests(TestCoalition coalition)
{
    private static readonly MemberProfile _profile = new() { DisplayName = "Åsa <script>alert(1)</script> & Co", Email = "asa@example.com", PhoneNumber = "+46700000002", CountryCode = "SE" };

    [Fact]
    public async Task Json_HoldsEverythingStored()
    {
        var member = await Lived();
        var data = await Json(member.Client, new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        Assert.Equal($"member:{data.MemberId}", data.MadeFor);
        Assert.Equal(_profile, data.Profile);
        Assert.Equal(member.Numbers.OrderBy(number => number.Key), data.Memberships.Select(found => KeyValuePair.Create(found.ProgrammeId, found.MembershipNumber)));
        Assert.Equal((await member.Client.Members.GetBalancesAsync(new GetBalancesRequest())).Balances, data.Balances);
        Assert.Equal(500, Assert.Single(Assert.Single(data.Pools).Participants).SharePoints);

        var recipient = Assert.Single(data.Recipients);
        Assert.Equal(("alpha", "alpha", Purpose.Marketing), (recipient.PartnerId, recipient.DisplayName, recipient.Purpose));
        Assert.Equal(["profile.email", "profile.phone_number"], recipient.Fields);
        Assert.Equal(["alpha", "beta"], data.Disclosures.Select(found => found.PartnerId));
        Assert.Equal(data.Disclosures[0].RecordTime, recipient.LastTime);
        Assert.Equal(ConsentState.Given, Assert.Single(data.Consents).State);
        Assert.Equal(ConsentEventType.Given, Assert.Single(data.ConsentEvents).Type);
        Assert.Equal(("PurchaseRecorded", "alpha", 3_000_000_000), (data.Spending[0].Type, data.Spending[0].PartnerId, data.Spending[0].Amount.Micros));
        Assert.Equal(("alpha", coalition.Beta.ProgrammeId), (Assert.Single(data.Choices).PartnerId, data.Choices[0].ProgrammeId));
        Assert.Equal(("CreateTransfer", "Transfers go in steps of 1000 points; 1000 or 2000 would go."), (Assert.Single(data.RefusedRequests).Method, data.RefusedRequests[0].Message));
    }

    [Fact]
    public async Task Movements_AddUpToTheBalances_AndEventsHaveNoGap()
    {
        var member = await Lived();
        var data = await Json(member.Client, new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        foreach (var balance in data.Balances)
        {
            var moved = data.Movements.Where(movement => movement.ProgrammeId == balance.ProgrammeId).ToArray();
            Assert.Equal((balance.AvailablePoints, balance.OwedPoints), (moved.Sum(movement => movement.Points), moved.Sum(movement => movement.OwedPoints)));
        }

        Assert.Equal(500, data.Movements.Sum(movement => movement.PooledPoints));
        Assert.Equal(Enumerable.Range(1, data.Events.Count).Select(i => (long)i), data.Events.Select(found => found.MemberNumber));
        Assert.All(data.Events, found => Assert.Equal(data.MemberId, found.MemberId));
    }

    [Fact]
    public async Task LinkedMembership_HistoryFromBeforeTheLink_IsIncluded()
    {
        var (earlier, member) = (await coalition.Member(coalition.Beta), await coalition.Member(coalition.Alpha));
        await TestCoalition.Buy(coalition.Beta, earlier, 70, "before-linking");
        var number = earlier.Numbers[coalition.Beta.ProgrammeId];
        await coalition.Beta.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = number, Purpose = Purpose.Marketing });
        var code = await coalition.Beta.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = number });
        await member.Client.Members.LinkMembershipAsync(new LinkMembershipRequest
        {
            RequestId = RequestIds.New(), ProgrammeId = coalition.Beta.ProgrammeId, MembershipNumber = number, LinkCode = code.LinkCode,
        });
        await coalition.Beta.Client.Earning.ReversePurchaseAsync(new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = "before-linking", Amount = TestCoalition.Euro(20) });
        var data = await Json(member.Client, new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        Assert.Equal(["PurchaseRecorded", "PurchaseReversed"], data.Movements.Select(movement => movement.Type));
        Assert.Equal(data.Balances.Single(balance => balance.ProgrammeId == coalition.Beta.ProgrammeId).AvailablePoints, data.Movements.Sum(movement => movement.Points));
        Assert.Equal([70_000_000, 20_000_000], data.Spending.Select(found => found.Amount.Micros));
        Assert.Equal("beta", Assert.Single(data.Disclosures).PartnerId);
    }

    [Fact]
    public async Task Export_IsRecorded_AndShownInTheNextDocument()
    {
        var member = await Lived();
        var first = await Json(member.Client, new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        var officers = await Json(coalition.Gateway.Officer, new StreamPersonalDataRequest { MemberId = first.MemberId, Format = DocumentFormat.Json });
        Assert.Equal("officer:tool.test-officer", officers.MadeFor);
        Assert.Equal(("AuditRead", $"member:{first.MemberId}", first.EventId), (officers.Events[^2].Type, officers.Events[^2].Actor, officers.Events[^2].EventId));
        Assert.Equal((officers.EventId, "officer:tool.test-officer"), (officers.Events[^1].EventId, officers.Events[^1].Actor));
        var last = await Json(member.Client, new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        Assert.Equal([first.EventId, officers.EventId, last.EventId], last.Events.TakeLast(3).Select(found => found.EventId));
    }

    [Fact]
    public async Task Html_IsSafeToOpen_AndNamesItsRequester()
    {
        var member = await Lived();
        var (bytes, eventId) = await Document(member.Client, new StreamPersonalDataRequest { Format = DocumentFormat.Html });
        var page = Encoding.UTF8.GetString(bytes);
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co", page, StringComparison.Ordinal);
        Assert.Contains($"Event {eventId} records that this page was made for member:", page, StringComparison.Ordinal);
        Assert.Contains("profile.email, profile.phone_number", page, StringComparison.Ordinal);
        Assert.Contains("<td>Transfer created</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LongHistory_ComesInParts()
    {
        var member = await coalition.Member(coalition.Alpha);
        await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => TestCoalition.Buy(coalition.Alpha, member, 1)));
        Cover();
        using var call = member.Client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        var parts = await call.ResponseStream.ReadAllAsync().ToArrayAsync();
        Assert.True(parts.Length > 1);
        Assert.All(parts, part => Assert.InRange(part.Chunk.Length, 1, 65_536));
        Assert.Equal(parts.Length - 1, parts.Count(part => part.EventId.Length == 0));
        var data = JsonParser.Default.Parse<PersonalData>(Encoding.UTF8.GetString([.. parts.SelectMany(part => part.Chunk)]));
        Assert.Equal(150, data.Movements.Count);
        Assert.Equal(150, data.Movements.Sum(movement => movement.Points));
    }

    /// <summary>A member who bought, transferred, pooled and consented. Two partners asked about this member.</summary>
    private async Task<TestMember> Lived()
    {
        var member = await coalition.Member(_profile, coalition.Alpha, coalition.Beta);
        await TestCoalition.Buy(coalition.Alpha, member, 3000);
        await member.Client.Transfers.CreateTransferAsync(new CreateTransferRequest
        {
            RequestId = RequestIds.New(), SourceProgrammeId = coalition.Alpha.ProgrammeId, DestinationProgrammeId = coalition.Beta.ProgrammeId, AmountPoints = 1000,
        });
        await Assert.ThrowsAsync<RpcException>(async () => await member.Client.Transfers.CreateTransferAsync(new CreateTransferRequest
        {
            RequestId = RequestIds.New(), SourceProgrammeId = coalition.Alpha.ProgrammeId, DestinationProgrammeId = coalition.Beta.ProgrammeId, AmountPoints = 1700,
        }));
        await member.Client.Members.ChooseProgrammeAsync(new ChooseProgrammeRequest { RequestId = RequestIds.New(), PartnerId = "alpha", ProgrammeId = coalition.Beta.ProgrammeId });
        var pool = await member.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Alpha.ProgrammeId });
        await member.Client.Pools.ContributePointsAsync(new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = pool.PoolId, AmountPoints = 500 });
        await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "sv",
        });
        foreach (var partner in new[] { coalition.Alpha, coalition.Beta })
        {
            await partner.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = member.Numbers[partner.ProgrammeId], Purpose = Purpose.Marketing });
        }

        Cover();
        return member;
    }

    private void Cover() => coalition.Gateway.TakeIn();

    private static async Task<PersonalData> Json(CoalitionClient client, StreamPersonalDataRequest request) =>
        JsonParser.Default.Parse<PersonalData>(Encoding.UTF8.GetString((await Document(client, request)).Bytes));

    internal static async Task<(byte[] Bytes, string EventId)> Document(CoalitionClient client, StreamPersonalDataRequest request)
    {
        using var call = client.Privacy.StreamPersonalData(request);
        var parts = await call.ResponseStream.ReadAllAsync().ToArrayAsync();
        return ([.. parts.SelectMany(part => part.Chunk)], parts[0].EventId);
    }
}
