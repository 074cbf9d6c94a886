using System.Text;
using CoalitionGateway.Tests.Privacy;
using CoalitionGateway.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Members;

/// <summary>Two memberships of one person that become one, and numbers that are replaced, as members, brands and officers see it.</summary>
public sealed class MergeTests(TestCoalition coalition)
{
    private TestPartner Beta => coalition.Beta;

    [Fact]
    public async Task MergeMemberships_FiftyAndAHundred_AreAHundredAndFifty_UnderBothNumbers_WithBothHistories()
    {
        var (ann, second) = (await coalition.Member(coalition.Alpha, Beta), await coalition.Member(Beta));
        await TestCoalition.Buy(Beta, ann, 50);
        var earlier = await TestCoalition.Buy(Beta, second, 100);
        var request = await Merge(ann, second);

        var merged = await ann.Client.Members.MergeMembershipsAsync(request);

        Assert.Equal((100, 150), (merged.MovedPoints, merged.AvailablePoints));
        Assert.Equal(merged, await ann.Client.Members.MergeMembershipsAsync(request));
        Assert.Equal((150, 0), await TestCoalition.Balance(ann, Beta));
        Assert.Equal((150, 150), (await BalanceOf(Number(ann)), await BalanceOf(Number(second))));
        var own = (await ann.Client.Members.GetMemberAsync(new GetMemberRequest())).Memberships.Single(found => found.ProgrammeId == Beta.ProgrammeId);
        Assert.Equal((Number(ann), Number(second)), (own.MembershipNumber, own.OtherMembershipNumbers.Single()));
        var movements = (await ann.Client.Movements.ListMovementsAsync(new ListMovementsRequest { ProgrammeId = Beta.ProgrammeId })).Movements;
        Assert.Equal(
            [(MovementKind.Merge, 0L, 150L), (MovementKind.Purchase, 100, 150), (MovementKind.Purchase, 50, 50)],
            movements.Select(found => (found.Kind, found.Points, found.BalancePoints)));

        await Beta.Client.Earning.ReversePurchaseAsync(new ReversePurchaseRequest { RequestId = RequestIds.New(), PurchaseReference = earlier.PurchaseReference });
        Assert.Equal((50, 0), await TestCoalition.Balance(ann, Beta));
        var found = await Beta.Client.Earning.GetPurchaseAsync(new GetPurchaseRequest { PurchaseReference = earlier.PurchaseReference });
        Assert.Equal(Number(ann), found.Purchase.MembershipNumber);
    }

    [Fact]
    public async Task MergeMemberships_TheBrandIsTold_AndLearnsTheMainNumber()
    {
        var (ann, second) = (await coalition.Member(Beta), await coalition.Member(Beta));
        await ann.Client.Members.MergeMembershipsAsync(await Merge(ann, second));

        var told = await Notifications().SingleAsync(found => found.MembershipNumber == Number(second));
        Assert.Equal(NotificationKind.MembershipsMerged, told.Kind);
        var asked = await Beta.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = Number(second), Purpose = Purpose.Marketing });
        Assert.Equal(Number(ann), asked.Memberships.Single().MembershipNumber);
    }

    [Fact]
    public async Task MergeMemberships_TheMembersDocumentHasBothHistories()
    {
        var (ann, second) = (await coalition.Member(Beta), await coalition.Member(Beta));
        var earlier = await TestCoalition.Buy(Beta, second, 100);
        await ann.Client.Members.MergeMembershipsAsync(await Merge(ann, second));
        coalition.Gateway.TakeIn();

        var (bytes, _) = await PersonalDataTests.Document(ann.Client, new StreamPersonalDataRequest { Format = DocumentFormat.Json });

        var document = Encoding.UTF8.GetString(bytes);
        Assert.Contains(earlier.PurchaseReference, document, StringComparison.Ordinal);
        Assert.Contains(Number(second), document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Officer_FindsTheSameMemberUnderBothNumbers()
    {
        var (ann, second) = (await coalition.Member(Beta), await coalition.Member(Beta));
        await ann.Client.Members.MergeMembershipsAsync(await Merge(ann, second));
        var found = await Task.WhenAll(new[] { Number(ann), Number(second) }.Select(async number => (await coalition.Gateway.Officer.Audit.FindMemberAsync(
            new FindMemberRequest { ProgrammeId = Beta.ProgrammeId, MembershipNumber = number, Reason = FindReason.Audit })).MemberId));
        Assert.Single(found.Distinct());
    }

    [Fact]
    public async Task MergeMemberships_WhileBothEarn_LosesNothing()
    {
        var (ann, second) = (await coalition.Member(Beta), await coalition.Member(Beta));
        var request = await Merge(ann, second);
        var bought = Enumerable.Range(0, 40).Select(i => TestCoalition.Buy(Beta, i % 2 == 0 ? ann : second, 1)).ToArray();
        await ann.Client.Members.MergeMembershipsAsync(request);
        await Task.WhenAll(bought);
        Assert.Equal((40, 0), await TestCoalition.Balance(ann, Beta));
    }

    [Fact]
    public async Task ReplaceMembershipNumber_TheNewCardWorks_AndTheLostOneDoesNot()
    {
        var ann = await coalition.Member(Beta);
        await TestCoalition.Buy(Beta, ann, 50);
        var (lost, fresh) = (Number(ann), $"new-{Guid.NewGuid():N}");
        var request = new ReplaceMembershipNumberRequest { RequestId = RequestIds.New(), MembershipNumber = lost, NewMembershipNumber = fresh };

        var replaced = await Beta.Client.Members.ReplaceMembershipNumberAsync(request);

        Assert.Equal(replaced, await Beta.Client.Members.ReplaceMembershipNumberAsync(request));
        Assert.Equal(50, await BalanceOf(fresh));
        await Refusals.Refused(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", () => Beta.Client.Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = lost }));
        await Refusals.Refused(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", () => Bought(lost, replaced.ReplaceTime.ToDateTime()));
        Assert.Equal(1, (await Bought(lost, replaced.ReplaceTime.ToDateTime().AddMinutes(-1))).GivenPoints);
        var own = (await ann.Client.Members.GetMemberAsync(new GetMemberRequest())).Memberships.Single();
        Assert.Equal((fresh, lost), (own.MembershipNumber, own.OtherMembershipNumbers.Single()));
        await Refusals.Refused(
            StatusCode.AlreadyExists, "MEMBERSHIP_NUMBER_TAKEN", () => Beta.Client.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = lost }));
    }

    private string Number(TestMember member) => member.Numbers[Beta.ProgrammeId];

    private async Task<long> BalanceOf(string number) =>
        (await Beta.Client.Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = number })).Balances.Single().AvailablePoints;

    private async Task<Purchase> Bought(string number, DateTime time) => (await Beta.Client.Earning.RecordPurchaseAsync(new RecordPurchaseRequest
    {
        RequestId = RequestIds.New(), PurchaseReference = RequestIds.New(), MembershipNumber = number, Amount = TestCoalition.Euro(1), PurchaseTime = Timestamp.FromDateTime(time),
    })).Purchase;

    private async Task<MergeMembershipsRequest> Merge(TestMember into, TestMember from)
    {
        var code = await Beta.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = Number(from) });
        Assert.NotEqual(Number(into), Number(from));
        return new MergeMembershipsRequest { RequestId = RequestIds.New(), ProgrammeId = Beta.ProgrammeId, MembershipNumber = Number(from), LinkCode = code.LinkCode };
    }

    private async IAsyncEnumerable<Notification> Notifications()
    {
        for (var request = new ListNotificationsRequest { PageSize = 200 }; ;)
        {
            var page = await Beta.Client.Privacy.ListNotificationsAsync(request);
            foreach (var found in page.Notifications)
            {
                yield return found;
            }

            if (page.NextPageToken.Length == 0)
            {
                yield break;
            }

            request.PageToken = page.NextPageToken;
        }
    }
}
