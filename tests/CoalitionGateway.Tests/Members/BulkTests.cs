using CoalitionGateway.V1;
using CoalitionGateway.Tests.Rules;
using Grpc.Core;

namespace CoalitionGateway.Tests.Members;

/// <summary>A partner that joins with its own members: enrolments and opening balances as streams.</summary>
[Trait("Store", "any")]
public sealed class BulkTests(RuledCoalition shared) : IClassFixture<RuledCoalition>
{
    private TestPartner Alpha => shared.Coalition.Alpha;

    [Fact]
    public async Task EnrollMembers_ManyWithProfiles_AreAnsweredInOrder_AndARetryHasOneEffect()
    {
        var run = Guid.NewGuid().ToString("N")[..8];
        var entries = Enumerable.Range(0, 300).Select(i => Entry($"b{run}-{i}", $"Member {i}")).ToList();
        entries.Insert(100, Entry($"b{run}-7", "The number of another"));
        entries.Insert(200, Entry("no number", "Nobody"));

        var first = await Enroll(entries);
        var again = await Enroll(entries);

        Assert.Equal(entries.Select(entry => entry.Enrolment.RequestId), first.Select(answer => answer.RequestId));
        Assert.Equal(first, again);
        Assert.Equal(["MEMBERSHIP_NUMBER_TAKEN", "FIELD_INVALID"], first.Where(answer => answer.Refusal is not null).Select(answer => GatewayRefusal.From(answer.Refusal)!.ReasonText));
        Assert.All(first.Where(answer => answer.Refusal is null), answer => Assert.Equal(Alpha.ProgrammeId, answer.Enrolment.Membership.ProgrammeId));
        var seen = await Alpha.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = $"b{run}-7", Purpose = Purpose.ProgrammeOperation });
        Assert.Equal($"b{run}-7", seen.Memberships.Single().MembershipNumber);
    }

    [Fact]
    public async Task StreamAwards_OpeningBalances_AreGivenOnceEach_AndTheLimitRefusesOne()
    {
        var members = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shared.Coalition.Member(Alpha)));
        await shared.Coalition.Gateway.Operator.Programmes.PublishAgreementAsync(new PublishAgreementRequest
        {
            RequestId = RequestIds.New(),
            Agreement = new Agreement
            {
                PartnerId = "alpha", ProgrammeId = Alpha.ProgrammeId, Rounding = Rounding.Down, MaxOpeningPoints = 100, Rates = { new Rate { Points = 1, Spend = TestCoalition.Euro(1) } },
            },
        });
        StreamAwardsRequest[] entries = [.. members.Select((member, i) => Award(member, i + 82))];

        var first = await Stream(entries);

        Assert.Equal(first, await Stream(entries));
        Assert.Equal(["AWARD_LIMIT_REACHED"], first.Where(answer => answer.Refusal is not null).Select(answer => GatewayRefusal.From(answer.Refusal)!.ReasonText));
        for (var i = 0; i < members.Length; i++)
        {
            Assert.Equal(i + 82 > 100 ? 0 : i + 82, (await members[i].Client.Members.GetBalancesAsync(new GetBalancesRequest())).Balances.Single().AvailablePoints);
        }
    }

    private static EnrollMembersRequest Entry(string number, string name) =>
        new() { Enrolment = new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = number, Profile = new MemberProfile { DisplayName = name } } };

    private StreamAwardsRequest Award(TestMember member, long points) => new()
    {
        Award = new AwardPointsRequest
        {
            RequestId = RequestIds.New(), AwardReference = $"o-{Guid.NewGuid():N}", MembershipNumber = member.Numbers[Alpha.ProgrammeId], AmountPoints = points, Reason = AwardReason.OpeningBalance,
        },
    };

    private async Task<List<EnrollMembersResponse>> Enroll(IReadOnlyList<EnrollMembersRequest> entries)
    {
        using var call = Alpha.Client.Members.EnrollMembers();
        return await Exchange(call, entries);
    }

    private async Task<List<StreamAwardsResponse>> Stream(IReadOnlyList<StreamAwardsRequest> entries)
    {
        using var call = Alpha.Client.Earning.StreamAwards();
        return await Exchange(call, entries);
    }

    private static async Task<List<TAnswer>> Exchange<TEntry, TAnswer>(AsyncDuplexStreamingCall<TEntry, TAnswer> call, IReadOnlyList<TEntry> entries)
    {
        var reading = Task.Run(async () =>
        {
            var answers = new List<TAnswer>();
            await foreach (var answer in call.ResponseStream.ReadAllAsync())
            {
                answers.Add(answer);
            }

            return answers;
        });
        foreach (var entry in entries)
        {
            await call.RequestStream.WriteAsync(entry);
        }

        await call.RequestStream.CompleteAsync();
        return await reading;
    }
}
