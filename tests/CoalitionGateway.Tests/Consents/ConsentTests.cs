using System.Security.Cryptography;
using System.Text;
using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Tests.Consents;

public sealed class ConsentTests(TestCoalition coalition)
{
    private static readonly MemberProfile _profile = new()
    {
        DisplayName = "Ann", BirthDate = "1990-01-02", Email = "ann@example.com", PhoneNumber = "+46701234567", PostalCode = "111 22", CountryCode = "SE",
    };

    [Fact]
    public async Task GetMember_WithoutConsent_WithholdsAndNamesEveryField()
    {
        var member = await coalition.Member(_profile, coalition.Alpha);
        var answer = await Ask(coalition.Alpha, member, Purpose.Marketing);
        Assert.Equal(new Member { Profile = new MemberProfile() }, answer.Member);
        Assert.Equal(
            ["profile.display_name", "profile.birth_date", "profile.email", "profile.phone_number", "profile.postal_code", "profile.country_code", "programme_ids"],
            answer.Withheld.Select(field => field.Field));
        Assert.Equal("", answer.ConsentEventId);
        Assert.NotEqual("", answer.DisclosureId);
        Assert.Equal(member.Numbers[coalition.Alpha.ProgrammeId], Assert.Single(answer.Memberships).MembershipNumber);
    }

    [Theory]
    [InlineData(DataCategory.Identity, "profile.display_name profile.birth_date")]
    [InlineData(DataCategory.Contact, "profile.email profile.phone_number")]
    [InlineData(DataCategory.Location, "profile.postal_code profile.country_code")]
    [InlineData(DataCategory.Relationship, "programme_ids")]
    public async Task GetMember_WithConsentToACategory_ReleasesItsFieldsAndNoOthers(DataCategory category, string released)
    {
        var member = await coalition.Member(_profile, coalition.Alpha, coalition.Beta);
        var consent = await Give(member, "alpha", Purpose.Marketing, category);
        var answer = await Ask(coalition.Alpha, member, Purpose.Marketing);
        Assert.Equal(consent.ConsentEventId, answer.ConsentEventId);
        Assert.Equal(7 - released.Split(' ').Length, answer.Withheld.Count);
        var expected = new Member { Profile = new MemberProfile() };
        foreach (var field in released.Split(' '))
        {
            switch (field)
            {
                case "programme_ids":
                    expected.ProgrammeIds.Add([coalition.Alpha.ProgrammeId, coalition.Beta.ProgrammeId]);
                    break;
                default:
                    var accessor = MemberProfile.Descriptor.FindFieldByName(field.Split('.')[1]).Accessor;
                    accessor.SetValue(expected.Profile, accessor.GetValue(_profile));
                    break;
            }
        }

        Assert.Equal(expected, answer.Member);
    }

    [Fact]
    public async Task Consent_IsForOnePartnerAndOnePurpose()
    {
        var member = await coalition.Member(_profile, coalition.Alpha, coalition.Beta);
        await Give(member, "alpha", Purpose.Marketing, DataCategory.Contact);
        Assert.Equal(_profile.Email, (await Ask(coalition.Alpha, member, Purpose.Marketing)).Member.Profile.Email);
        Assert.Equal("", (await Ask(coalition.Alpha, member, Purpose.Analytics)).Member.Profile.Email);
        Assert.Equal("", (await Ask(coalition.Alpha, member, Purpose.ProgrammeOperation)).Member.Profile.Email);
        var number = member.Numbers[coalition.Alpha.ProgrammeId];
        await member.Client.Consents.WithdrawConsentAsync(new WithdrawConsentRequest { RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing });
        await Ask(coalition.Alpha, member, Purpose.Marketing);
        var asked = (await coalition.Gateway.Officer.Audit.ListDisclosuresAsync(
            new ListDisclosuresRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = number, PartnerId = "alpha" })).Disclosures;
        Assert.Equal(
            [DisclosureBasis.ConsentInForce, DisclosureBasis.NoConsent, DisclosureBasis.Contract, DisclosureBasis.ConsentWithdrawn],
            asked.Select(disclosure => disclosure.Basis));
        Assert.NotEqual(asked[0].ConsentEventId, asked[3].ConsentEventId);
        Assert.NotEqual("", asked[3].ConsentEventId);
        Assert.Equal("", (await Ask(coalition.Beta, member, Purpose.Marketing)).Member.Profile.Email);
    }

    [Fact]
    public async Task WithdrawConsent_RacedByQuestions_NothingIsReleasedAfterItsAnswer()
    {
        var rounds = Soak.Soaks ? 500 : 25;
        var member = await coalition.Member(_profile, coalition.Alpha);
        for (var round = 0; round < rounds; round++)
        {
            await Give(member, "alpha", Purpose.Marketing, DataCategory.Contact);
            var withdrawn = 0;
            var late = 0;
            var asking = Enumerable.Range(0, 8).Select(async _ =>
            {
                for (var i = 0; i < 6; i++)
                {
                    var isLate = Volatile.Read(ref withdrawn) == 1;
                    var answer = await Ask(coalition.Alpha, member, Purpose.Marketing);
                    if (isLate)
                    {
                        Interlocked.Increment(ref late);
                        Assert.Equal("", answer.Member.Profile.Email);
                    }
                }
            }).ToArray();
            await member.Client.Consents.WithdrawConsentAsync(new WithdrawConsentRequest { RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing });
            Volatile.Write(ref withdrawn, 1);
            await Task.WhenAll(asking);
            Assert.True(late > 0 || round > 0, "No question was asked after the withdrawal: the race shows nothing.");
        }
    }

    [Fact]
    public async Task GiveConsent_Again_ReplacesTheCategories()
    {
        var member = await coalition.Member(_profile, coalition.Alpha);
        await Give(member, "alpha", Purpose.Marketing, DataCategory.Contact, DataCategory.Location);
        await Give(member, "alpha", Purpose.Marketing, DataCategory.Identity);
        var answer = await Ask(coalition.Alpha, member, Purpose.Marketing);
        Assert.Equal((_profile.DisplayName, ""), (answer.Member.Profile.DisplayName, answer.Member.Profile.Email));
        var listed = Assert.Single((await member.Client.Consents.ListConsentsAsync(new ListConsentsRequest())).Consents);
        Assert.Equal([DataCategory.Identity], listed.Categories);
    }

    [Fact]
    public async Task ListConsents_ShowsWithdrawnOnesToo()
    {
        var member = await coalition.Member(coalition.Alpha);
        await Give(member, "beta", Purpose.Analytics, DataCategory.Location);
        await Give(member, "alpha", Purpose.Marketing, DataCategory.Contact);
        await member.Client.Consents.WithdrawConsentAsync(new WithdrawConsentRequest { RequestId = RequestIds.New(), PartnerId = "beta", Purpose = Purpose.Analytics });
        var first = await member.Client.Consents.ListConsentsAsync(new ListConsentsRequest { PageSize = 1 });
        var second = await member.Client.Consents.ListConsentsAsync(new ListConsentsRequest { PageSize = 1, PageToken = first.NextPageToken });
        Assert.Equal(("alpha", ConsentState.Given), (first.Consents[0].PartnerId, first.Consents[0].State));
        Assert.Equal(("beta", ConsentState.Withdrawn), (second.Consents[0].PartnerId, second.Consents[0].State));
        Assert.NotNull(second.Consents[0].WithdrawTime);
        Assert.Equal("", second.NextPageToken);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("sv")]
    public async Task GetNotice_GivesTheTextAndItsHash(string language)
    {
        var notice = (await coalition.Alpha.Client.Consents.GetNoticeAsync(new GetNoticeRequest { Language = language })).Notice;
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(notice.Text)), notice.TextSha256.ToByteArray());
        Assert.StartsWith("# ", notice.Text);
    }

    [Fact]
    public async Task Officer_SeesConsentsAndDisclosuresOfAMember_InOrderAndCited()
    {
        var member = await coalition.Member(_profile, coalition.Alpha);
        var refused = await Ask(coalition.Alpha, member, Purpose.Marketing);
        var given = await Give(member, "alpha", Purpose.Marketing, DataCategory.Contact);
        var released = await Ask(coalition.Alpha, member, Purpose.Marketing);
        await member.Client.Consents.WithdrawConsentAsync(new WithdrawConsentRequest { RequestId = RequestIds.New(), PartnerId = "alpha", Purpose = Purpose.Marketing });
        var filter = new ListDisclosuresRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = member.Numbers[coalition.Alpha.ProgrammeId] };
        var disclosures = (await coalition.Gateway.Officer.Audit.ListDisclosuresAsync(filter)).Disclosures;
        Assert.Equal([refused.DisclosureId, released.DisclosureId], disclosures.Select(disclosure => disclosure.DisclosureId));
        Assert.Equal([DisclosureBasis.NoConsent, DisclosureBasis.ConsentInForce], disclosures.Select(disclosure => disclosure.Basis));
        Assert.Equal(["profile.email", "profile.phone_number"], disclosures[1].ReleasedFields);
        Assert.Equal(("", given.ConsentEventId), (disclosures[0].ConsentEventId, disclosures[1].ConsentEventId));

        var events = (await coalition.Gateway.Officer.Audit.ListConsentEventsAsync(new ListConsentEventsRequest { MemberId = disclosures[0].MemberId })).Events;
        Assert.Equal([ConsentEventType.Given, ConsentEventType.Withdrawn], events.Select(found => found.Type));
        Assert.Equal(given.ConsentEventId, events[0].EventId);
        var notice = (await member.Client.Consents.GetNoticeAsync(new GetNoticeRequest { Language = "sv" })).Notice;
        Assert.Equal(notice.TextSha256, events[0].NoticeSha256);
        Assert.Empty((await coalition.Gateway.Officer.Audit.ListConsentEventsAsync(new ListConsentEventsRequest { MemberId = disclosures[0].MemberId, PartnerId = "beta" })).Events);
    }

    [Fact]
    public async Task Officer_SearchByNumber_FindsRecordsFromBeforeTheLink()
    {
        var (ann, other) = (await coalition.Member(coalition.Beta), await coalition.Member(_profile, coalition.Alpha));
        var given = await Give(other, "alpha", Purpose.Marketing, DataCategory.Contact);
        var released = await Ask(coalition.Alpha, other, Purpose.Marketing);
        var number = other.Numbers[coalition.Alpha.ProgrammeId];
        var code = (await coalition.Alpha.Client.Members.CreateLinkCodeAsync(new CreateLinkCodeRequest { RequestId = RequestIds.New(), MembershipNumber = number })).LinkCode;
        await ann.Client.Members.LinkMembershipAsync(new LinkMembershipRequest { RequestId = RequestIds.New(), ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = number, LinkCode = code });

        // The former member gave the consent. The present one has given none.
        var after = await Ask(coalition.Alpha, other, Purpose.Marketing);
        Assert.Equal("", after.Member.Profile.Email);
        var (disclosures, consents) = (
            (await coalition.Gateway.Officer.Audit.ListDisclosuresAsync(new ListDisclosuresRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = number })).Disclosures,
            (await coalition.Gateway.Officer.Audit.ListConsentEventsAsync(new ListConsentEventsRequest { ProgrammeId = coalition.Alpha.ProgrammeId, MembershipNumber = number })).Events);
        Assert.Equal([released.DisclosureId, after.DisclosureId], disclosures.Select(disclosure => disclosure.DisclosureId));
        Assert.Equal([ConsentEventType.Given, ConsentEventType.Withdrawn, ConsentEventType.Requested], consents.Select(found => found.Type));
        Assert.Equal((given.ConsentEventId, "link"), (consents[0].EventId, consents[1].Channel));
    }

    private static async Task<Consent> Give(TestMember member, string partner, Purpose purpose, params DataCategory[] categories) =>
        (await member.Client.Consents.GiveConsentAsync(new GiveConsentRequest
        {
            RequestId = RequestIds.New(), PartnerId = partner, Purpose = purpose, Categories = { categories }, NoticeVersion = "2026-01", NoticeLanguage = "sv",
        })).Consent;

    private static async Task<GetMemberResponse> Ask(TestPartner partner, TestMember member, Purpose purpose) =>
        await partner.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = member.Numbers[partner.ProgrammeId], Purpose = purpose });
}
