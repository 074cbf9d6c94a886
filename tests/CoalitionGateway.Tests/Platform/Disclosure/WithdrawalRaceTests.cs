using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger.Programmes;
using CoalitionGateway.Tests.Platform.Journal;

namespace CoalitionGateway.Tests.Platform.Disclosure;

/// <summary>
/// A member withdraws at one gateway while a partner asks at others. No call that begins after the withdrawal's answer releases
/// anything, at any gateway. In the log, releases lie only between a consent and its withdrawal. SOAK=1 races ten thousand
/// times.
/// </summary>
public sealed class WithdrawalRaceTests
{
    private static readonly NoticesInForce _notices = new("1", ["1"]);
    private static readonly PartnerId _partner = new("alpha");
    private static readonly MemberId _member = new(Guid.NewGuid());
    private static readonly Caller _operator = new(CallerKind.Operator, "boss");

    [Fact]
    public async Task Race_OnPostgres_OfThreeGateways_ReleasesNothingAfterTheWithdrawal()
    {
        Assert.SkipUnless(TestDatabase.IsPostgres, "COALITION_TEST_POSTGRES names no server.");
        var rounds = Soak.Soaks ? 10_000 : 150;
        await using var first = new JournalBench();
        await using var second = new JournalBench(over: first);
        await using var third = new JournalBench(over: first);
        JournalBench[] benches = [first, second, third];
        foreach (var bench in benches)
        {
            await bench.Start();
        }

        await Found(first);
        var releasedWhileGiven = 0;
        for (var round = 0; round < rounds; round++)
        {
            var (member, asks, other) = (benches[round % 3], benches[(round + 1) % 3], benches[(round + 2) % 3]);
            await member.Journal.Submit<Event>(
                new GiveConsent(NewContext(CallerKind.Member), _member, _partner, Purpose.Marketing, [DataCategory.Contact], "1", "en", new NoticeRef("1", "en", [1]), _notices));
            var withdrawal = member.Journal.Submit<ConsentWithdrawn>(new WithdrawConsent(NewContext(CallerKind.Member), _member, _partner, Purpose.Marketing, _notices));
            var during = Ask(other);
            await withdrawal;
            var after = await Ask(asks);
            Assert.Equal(DisclosureBasis.ConsentWithdrawn, after.Basis);
            Assert.DoesNotContain("profile.email", after.Released);
            releasedWhileGiven += (await during).Released.Contains("profile.email") ? 1 : 0;
        }

        // Otherwise every withdrawal came before its question, and nothing was raced.
        Assert.True(releasedWhileGiven > 0, "No question came before its withdrawal.");
        CheckLog(first, rounds);
        Assert.Empty(first.Verify().Problems);
    }

    private static void CheckLog(JournalBench bench, int rounds)
    {
        using var connection = TestDatabase.Open(bench.Options);
        var (isGiven, answers) = (false, 0);
        foreach (var made in connection.Query("SELECT body FROM event ORDER BY log_index").Select(row => EventCodec.Decode((byte[])row[0])))
        {
            switch (made)
            {
                case ConsentGiven or ConsentWithdrawn:
                    isGiven = made is ConsentGiven;
                    break;
                case MemberDisclosed disclosed:
                    answers++;
                    Assert.Equal(isGiven, disclosed.Released.Contains("profile.email"));
                    break;
            }
        }

        Assert.Equal(2 * rounds, answers);
    }

    private static async Task Found(JournalBench bench)
    {
        foreach (var command in new Command[]
        {
            new RegisterPartner(NewContext(CallerKind.Operator), _partner, "Alpha", [], [], new byte[32]),
            new AgreePurposes(NewContext(CallerKind.Operator), _partner, [Purpose.Marketing]),
            new CreateProgramme(NewContext(CallerKind.Operator), new ProgrammeId("alpha-points"), _partner, "Alpha", "Europe/Riga", new Money("EUR", 10_000)),
            new EnrollMember(NewContext(CallerKind.Partner), _partner, "a-1", _member, new MembershipId(Guid.NewGuid()), new Profile(_member, null, null, "ann@example.com", null, null, null), new Profile(_member, null, null, "ann@example.com", null, null, null)),
        })
        {
            await bench.Journal.Submit<Event>(command);
        }
    }

    private static Task<MemberDisclosed> Ask(JournalBench bench) => bench.Journal.Submit<MemberDisclosed>(
        new Disclose(NewContext(CallerKind.Partner), _partner, "a-1", Purpose.Marketing, [new ClassifiedField("profile.email", DataCategory.Contact)], _notices));

    private static CommandContext NewContext(CallerKind kind) => new(
        kind switch { CallerKind.Member => new Caller(kind, _member.ToString()), CallerKind.Partner => new Caller(kind, _partner.Value), _ => _operator },
        Guid.NewGuid(), new EventId(Guid.CreateVersion7()));
}
