using System.Text;
using CoalitionGateway.Tests.Privacy;
using CoalitionGateway.Tests.Rules;
using CoalitionGateway.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CoalitionGateway.Tests.Rewards;

/// <summary>
/// What a till of beta learns of a member's points and rewards at alpha: nothing without a consent in force, and what it can take
/// with one, which is then on record.
/// </summary>
public sealed class ElsewhereTests : IAsyncLifetime
{
    private readonly RuledCoalition _ruled = new();

    private TestPartner Alpha => _ruled.Alpha;

    private TestPartner Beta => _ruled.Beta;

    public async ValueTask InitializeAsync()
    {
        await _ruled.InitializeAsync();
        await _ruled.Terms(Alpha, new ProgrammeTerms { Spending = new SpendingRule { StepPoints = 100, MaxBillPercent = 100, ReservationMinutes = 5 } });
    }

    public ValueTask DisposeAsync()
    {
        _ruled.Verify();
        return _ruled.DisposeAsync();
    }

    [Fact]
    public async Task WithConsent_TheTillLearnsWhatItCanTake_AndTheMemberAndTheOfficerSeeThat()
    {
        await Offer();
        var member = await Member(560);
        await Consent(member, DataCategory.Relationship);

        var found = await Identify(member);

        var points = Assert.Single(found.Elsewhere.Points);
        Assert.Equal((Alpha.ProgrammeId, 500, 5_000_000, "EUR"), (points.ProgrammeId, points.SpendablePoints, points.SpendableValue.Micros, points.SpendableValue.CurrencyCode));
        var reward = Assert.Single(found.Elsewhere.Rewards);
        Assert.Equal((Alpha.ProgrammeId, "shared", 300, "shared"), (reward.ProgrammeId, reward.RewardId, reward.PricePoints, reward.Texts.Single().Name));
        Assert.Empty(found.Withheld);
        var seen = Assert.Single(await Officer(member));
        Assert.Equal((found.DisclosureId, found.ConsentEventId, DisclosureBasis.ConsentInForce, Purpose.Personalisation), (seen.DisclosureId, seen.ConsentEventId, seen.Basis, seen.Purpose));
        Assert.Equal(["elsewhere.points", "elsewhere.rewards"], seen.ReleasedFields);
        var own = await Own(member);
        Assert.Equal(found.DisclosureId, Assert.Single(own.Disclosures).DisclosureId);
        Assert.Equal(["elsewhere.points", "elsewhere.rewards"], Assert.Single(own.Recipients).Fields);
    }

    [Fact]
    public async Task WithoutConsent_ThePartIsAbsentAndNamed_AndNothingIsRecorded()
    {
        await Offer();
        var member = await Member(560);
        await Withheld(member);
        await Consent(member, DataCategory.Contact);
        await Withheld(member);
        await Consent(member, DataCategory.Relationship, Purpose.Marketing);
        await Withheld(member);
        await Consent(member, DataCategory.Relationship, partner: Alpha);
        await Withheld(member);
        var running = await Identify(member, Purpose.ProgrammeOperation);
        Assert.Equal((null, 2), (running.Elsewhere, running.Withheld.Count));
    }

    [Fact]
    public async Task WithdrawnRestrictedOrRefused_NothingIsReleased()
    {
        await Offer();
        var member = await Member(560);
        await Consent(member, DataCategory.Relationship);
        await member.Client.Privacy.RestrictProcessingAsync(new RestrictProcessingRequest { RequestId = RequestIds.New(), Ground = RestrictionGround.AccuracyContested });
        await Withheld(member);
        await member.Client.Privacy.LiftRestrictionAsync(new LiftRestrictionRequest { RequestId = RequestIds.New() });
        Assert.NotNull((await Identify(member)).Elsewhere);
        await member.Client.Consents.WithdrawConsentAsync(new WithdrawConsentRequest { RequestId = RequestIds.New(), PartnerId = Beta.PartnerId, Purpose = Purpose.Personalisation });
        await Withheld(member, recorded: 1);
        await Consent(member, DataCategory.Relationship);
        await member.Client.Consents.RefuseSharingAsync(new RefuseSharingRequest { RequestId = RequestIds.New(), Signal = RefusalSignal.Member });
        await Withheld(member, recorded: 1);
    }

    /// <summary>Beta has a consent, and first nothing to take; then it does not ask.</summary>
    [Fact]
    public async Task ABrandThatTakesNothingFromElsewhere_IsToldNothing_AndNothingIsRecorded()
    {
        var member = await Member(560);
        await Consent(member, DataCategory.Relationship);
        var found = await Identify(member);
        Assert.Equal((null, 0, "", ""), (found.Elsewhere, found.Withheld.Count, found.DisclosureId, found.ConsentEventId));
        await Offer();
        found = await Identify(member, Purpose.Unspecified);
        Assert.Equal((null, 0), (found.Elsewhere, found.Withheld.Count));
        Assert.Empty(await Officer(member));
    }

    /// <summary>That a member has nothing there is told too, and is a disclosure like any other.</summary>
    [Fact]
    public async Task AMemberWhoIsNotInTheOtherProgramme_HasNothingThere()
    {
        await Offer();
        var member = await _ruled.Coalition.Member(Beta);
        await Consent(member, DataCategory.Relationship);
        var found = await Identify(member);
        Assert.Equal((0, 0), (found.Elsewhere.Points.Count, found.Elsewhere.Rewards.Count));
        Assert.Equal(found.DisclosureId, Assert.Single(await Officer(member)).DisclosureId);
        await Refusals.Refused(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", () => Beta.Client.Rewards.IdentifyMemberAsync(
            new IdentifyMemberRequest { MembershipNumber = "nobody", Purpose = Purpose.Personalisation }));
    }

    /// <summary>Beta accepts alpha's points, and honours a reward of alpha's.</summary>
    private async Task Offer()
    {
        await _ruled.Agree(new Agreement
        {
            PartnerId = Beta.PartnerId, ProgrammeId = Alpha.ProgrammeId, Rates = { new Rate { Points = 1, Spend = TestCoalition.Euro(1) } }, Rounding = Rounding.Down, AcceptsPoints = true,
        });
        await Publish("shared", 300, Beta.PartnerId, Alpha.PartnerId);
        await Publish("dear", 3000, Beta.PartnerId);
        await Publish("own", 100);
        // The catalogue that tills see can be a second old.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
    }

    private async Task Publish(string id, long price, params string[] partners) => await _ruled.Coalition.Gateway.Operator.Rewards.PublishRewardAsync(new PublishRewardRequest
    {
        RequestId = RequestIds.New(),
        Reward = new Reward
        {
            ProgrammeId = Alpha.ProgrammeId, RewardId = id, PricePoints = price, Texts = { new RewardText { Language = "en", Name = id } }, FromTime = TestCoalition.Past,
            UntilTime = Timestamp.FromDateTime(DateTime.UtcNow.AddYears(1)), VoucherDays = 30, PartnerIds = { partners },
        },
    });

    private async Task<TestMember> Member(long points)
    {
        var member = await _ruled.Coalition.Member(Alpha, Beta);
        await RuledCoalition.Buy(Alpha, member, points);
        return member;
    }

    private async Task Consent(TestMember member, DataCategory category, Purpose purpose = Purpose.Personalisation, TestPartner? partner = null) =>
        await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = (partner ?? Beta).PartnerId, Purpose = purpose, Categories = { category }, NoticeVersion = "2026-01", NoticeLanguage = "en",
        });

    private async Task<IdentifyMemberResponse> Identify(TestMember member, Purpose purpose = Purpose.Personalisation) =>
        await Beta.Client.Rewards.IdentifyMemberAsync(new IdentifyMemberRequest { MembershipNumber = member.Numbers[Beta.ProgrammeId], Purpose = purpose });

    private async Task Withheld(TestMember member, int recorded = 0)
    {
        var found = await Identify(member);
        Assert.Null(found.Elsewhere);
        Assert.Equal([("elsewhere.points", DataCategory.Relationship), ("elsewhere.rewards", DataCategory.Relationship)], found.Withheld.Select(field => (field.Field, field.Category)));
        Assert.Equal(("", ""), (found.DisclosureId, found.ConsentEventId));
        Assert.Equal(recorded, (await Officer(member)).Count);
    }

    private async Task<IReadOnlyList<Disclosure>> Officer(TestMember member) => (await _ruled.Coalition.Gateway.Officer.Audit.ListDisclosuresAsync(
        new ListDisclosuresRequest { ProgrammeId = Beta.ProgrammeId, MembershipNumber = member.Numbers[Beta.ProgrammeId] })).Disclosures;

    private async Task<PersonalData> Own(TestMember member)
    {
        _ruled.Coalition.Gateway.TakeIn();
        var document = await PersonalDataTests.Document(member.Client, new StreamPersonalDataRequest { Format = DocumentFormat.Json });
        return JsonParser.Default.Parse<PersonalData>(Encoding.UTF8.GetString(document.Bytes));
    }
}
