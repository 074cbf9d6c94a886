using System.Text;
using CoalitionGateway.Audit;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Log;
using CoalitionGateway.Platform.MemberKeys;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using DataCategory = CoalitionGateway.V1.DataCategory;
using Purpose = CoalitionGateway.V1.Purpose;

namespace CoalitionGateway.Tests.Privacy;

/// <summary>
/// After an erasure nothing leads to the member, everything adds up as before, and a backup does not restore the member.
/// </summary>
public sealed class ErasureTests(TestCoalition coalition)
{
    private static readonly MemberProfile _profile = new()
    {
        DisplayName = "Zacharias Ödegård", BirthDate = "1971-03-09", Email = "zacharias.odegard@example.org", PhoneNumber = "+46709998877", PostalCode = "986 54", CountryCode = "SE",
    };

    // The values to search for. They occur nowhere else in a test's database.
    private static readonly string[] _traces = ["Zacharias", "Ödegård", "1971-03-09", "zacharias.odegard", "+46709998877", "986 54"];

    [Fact]
    public async Task Erase_LeavesNoReadableOrLinkableData_AndTheBooksBalance()
    {
        var logs = new LogLines();
        await using var own = new TestCoalition { Extend = builder => builder.Logging.AddProvider(logs) };
        await own.InitializeAsync();
        var member = await own.Member(_profile, own.Alpha, own.Beta);
        var numbers = member.Numbers.Values.ToArray();
        await TestCoalition.Buy(own.Alpha, member, 4321);
        await Consent(member.Client, "alpha");
        var shown = await own.Alpha.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = numbers[0], Purpose = Purpose.Marketing });
        Assert.Equal(_profile.Email, shown.Member.Profile.Email);
        var id = await own.Gateway.MemberId(numbers[0]);
        Assert.Empty(Traces(own.Gateway, _traces));

        var erased = await member.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New(), SettlePoints = true });

        foreach (var partner in new[] { own.Alpha, own.Beta })
        {
            var told = Assert.Single((await partner.Client.Privacy.ListNotificationsAsync(new ListNotificationsRequest())).Notifications);
            Assert.Equal((NotificationKind.Erased, member.Numbers[partner.ProgrammeId]), (told.Kind, told.MembershipNumber));
            Assert.NotEqual(erased.EventId, told.NotificationId);
            await partner.Client.Privacy.AcknowledgeNotificationAsync(new AcknowledgeNotificationRequest { RequestId = RequestIds.New(), NotificationId = told.NotificationId });
            Assert.Empty((await partner.Client.Privacy.ListNotificationsAsync(new ListNotificationsRequest())).Notifications);
        }

        Assert.Empty(Traces(own.Gateway, [.. _traces, .. numbers]));
        var export = await Export(own.Gateway.Officer, id);
        Assert.DoesNotContain(_traces.Concat(numbers), export.Contains);
        Assert.Contains("\"MemberErased\"", export, StringComparison.Ordinal);
        await own.Gateway.Stop();
        Assert.Empty(Traces(own.Gateway, [.. _traces, .. numbers]));
        Assert.DoesNotContain(logs.Whole, line => _traces.Concat(numbers).Any(line.Contains));
        Assert.Empty(Verify(own.Gateway));
        using var database = TestDatabase.Open(own.Gateway.Options);
        Assert.Empty(database.Query("SELECT 1 FROM profile"));
        Assert.Empty(database.Query("SELECT 1 FROM membership_number"));
        Assert.Empty(database.Query($"SELECT 1 FROM request WHERE caller = 'member:{id}' AND method <> 'EraseMember' AND length(fingerprint) > 0"));
        Assert.Empty(database.Query("SELECT 1 FROM request WHERE method IN ('EnrollMember', 'RecordPurchase', 'CreateLinkCode') AND length(fingerprint) > 0"));
        Assert.Equal(["proof", "books"], erased.Kept.Select(kept => kept.Ground.Contains("17(3)(e)", StringComparison.Ordinal) ? "proof" : kept.Ground.Contains("17(3)(b)", StringComparison.Ordinal) ? "books" : "").Where(ground => ground.Length > 0).Reverse());
        Assert.Equal((own.Alpha.ProgrammeId, 4321, 4321), (erased.Settled.Single().ProgrammeId, erased.Settled.Single().Points, erased.Settled.Single().LapsedPoints));
    }

    [Fact]
    public async Task Erase_EndsTheMembersTokens_AndTheNumberIsUnknown()
    {
        var member = await coalition.Member(_profile, coalition.Alpha);
        await Consent(member.Client, "alpha");
        var number = member.Numbers[coalition.Alpha.ProgrammeId];
        var request = new EraseMemberRequest { RequestId = RequestIds.New() };
        var id = await coalition.Gateway.MemberId(number);
        await member.Client.Privacy.EraseMemberAsync(request);

        await Refusals.Refused(StatusCode.Unauthenticated, "TOKEN_INVALID", () => member.Client.Members.GetBalancesAsync(new GetBalancesRequest()));
        await Refusals.Refused(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", () => coalition.Alpha.Client.Members.GetMemberAsync(new GetMemberRequest { MembershipNumber = number, Purpose = Purpose.Marketing }));
        await Refusals.Refused(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", () => coalition.Alpha.Client.Earning.RecordPurchaseAsync(TestCoalition.Purchase(coalition.Alpha, member, 1)));
        await Refusals.Refused(StatusCode.NotFound, "MEMBER_NOT_FOUND", () => coalition.Gateway.Operator.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New(), MemberId = id }));
        var visible = await coalition.Gateway.Officer.Audit.GetVisibilityAsync(new GetVisibilityRequest { MemberId = id });
        Assert.Empty(visible.Visible);

        // Somebody else can get the number, and gets nothing of the former holder's.
        await coalition.Alpha.Client.Members.EnrollMemberAsync(new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = number });
        var next = await coalition.Alpha.Client.Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = number });
        Assert.Equal(0, next.Balances.Single().AvailablePoints);
    }

    [Fact]
    public async Task Erase_PointsLeft_IsRefusedNamingThem_AndSettledByTheProgrammesRule()
    {
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var (member, friend, charity) = (await own.Member(own.Alpha, own.Beta), await own.Member(own.Alpha), await own.Member(own.Alpha));
        await own.Gateway.Operator.Programmes.PublishClosingRuleAsync(new PublishClosingRuleRequest
        {
            RequestId = RequestIds.New(), ProgrammeId = own.Alpha.ProgrammeId, HeirMembershipNumber = charity.Numbers[own.Alpha.ProgrammeId],
        });
        var erasedId = await own.Gateway.MemberId(member.Numbers[own.Alpha.ProgrammeId]);
        await TestCoalition.Buy(own.Alpha, member, 500);
        await TestCoalition.Buy(own.Beta, member, 30);
        var pool = (await member.Client.Pools.CreatePoolAsync(new CreatePoolRequest { RequestId = RequestIds.New(), ProgrammeId = own.Alpha.ProgrammeId })).PoolId;
        await member.Client.Pools.ContributePointsAsync(new ContributePointsRequest { RequestId = RequestIds.New(), PoolId = pool, AmountPoints = 200 });
        await member.Client.Pools.InviteMemberAsync(new InviteMemberRequest { RequestId = RequestIds.New(), PoolId = pool, MembershipNumber = friend.Numbers[own.Alpha.ProgrammeId] });
        await friend.Client.Pools.AcceptInvitationAsync(new AcceptInvitationRequest { RequestId = RequestIds.New(), PoolId = pool });

        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "POINTS_REMAIN", () => member.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New() }));
        Assert.Equal(["alpha-points:500", "beta-points:30"], refusal.Metadata["points"].Split(',').Order());
        var erased = await member.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New(), SettlePoints = true });

        Assert.Equal([("alpha-points", 500, 0), ("beta-points", 30, 30)], erased.Settled.Select(found => (found.ProgrammeId, found.Points, found.LapsedPoints)).Order());
        Assert.Equal((500, 0), await TestCoalition.Balance(charity, own.Alpha));
        var left = (await friend.Client.Pools.GetPoolAsync(new GetPoolRequest { PoolId = pool })).Pool;
        Assert.Single(left.Participants);

        // The heir's log, movements and document show the credit, and nothing about the erased member.
        own.Gateway.TakeIn();
        var inherited = Assert.Single((await charity.Client.Audit.ListEventsAsync(new ListEventsRequest { PageSize = 200 })).Events, found => found.Type == "PointsInherited");
        Assert.Equal(500, ((Ledger.Privacy.PointsInherited)EventCodec.Decode(inherited.Event.Memory)).Points);
        var data = PersonalData.Parser.ParseJson(await Export(charity.Client, ""));
        Assert.Equal(500, Assert.Single(data.Movements, movement => movement.Type == "PointsInherited").Points);
        Assert.DoesNotContain(erasedId, $"{data} {inherited}", StringComparison.Ordinal);
        Assert.Empty(Verify(own.Gateway));
    }

    [Fact]
    public async Task Erase_UnderAHold_IsRefusedUntilItIsReleased()
    {
        var member = await coalition.Member(coalition.Alpha);
        var id = await coalition.Gateway.MemberId(member.Numbers[coalition.Alpha.ProgrammeId]);
        var until = DateTime.UtcNow.AddYears(1);
        var hold = (await coalition.Gateway.Officer.Compliance.PlaceHoldAsync(new PlaceHoldRequest
        {
            RequestId = RequestIds.New(), MemberId = id, Ground = HoldGround.LegalClaims, UntilTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(until),
        })).Hold;

        var refusal = await Refusals.Refused(StatusCode.FailedPrecondition, "ERASURE_HELD", () => member.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New() }));
        Assert.Equal("legal_claims", refusal.Metadata["ground"]);
        Assert.Contains(hold, (await coalition.Gateway.Officer.Compliance.ListHoldsAsync(new ListHoldsRequest { MemberId = id })).Holds);
        await coalition.Gateway.Officer.Compliance.ReleaseHoldAsync(new ReleaseHoldRequest { RequestId = RequestIds.New(), HoldId = hold.HoldId });
        await member.Client.Privacy.EraseMemberAsync(new EraseMemberRequest { RequestId = RequestIds.New() });
        await Refusals.Refused(StatusCode.NotFound, "HOLD_NOT_FOUND", () => coalition.Gateway.Officer.Compliance.ReleaseHoldAsync(new ReleaseHoldRequest { RequestId = RequestIds.New(), HoldId = hold.HoldId }));
    }

    /// <summary>The ledger comes from a backup, the key database is today's. The member must not come back.</summary>
    [Fact]
    public async Task Restore_OfALedgerFromBeforeTheErasure_ErasesAgainBeforeTheFirstCall()
    {
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var member = await own.Member(_profile, own.Alpha);
        var number = member.Numbers[own.Alpha.ProgrammeId];
        await TestCoalition.Buy(own.Alpha, member, 77);
        var erasing = own.Gateway.Services.GetRequiredService<MemberKeyStore>();
        var id = new MemberId(Guid.Parse(await own.Gateway.MemberId(number)));

        // Destroys the keys and leaves the ledger as it was. The key database sees a restored ledger in the same state.
        await erasing.Destroy([id], new HashSet<MemberId>(), new Ledger.EventId(Guid.CreateVersion7()), DateTime.UtcNow, CancellationToken.None);
        Assert.Equal("", (await member.Client.Members.GetMemberAsync(new GetMemberRequest())).Member.Profile.Email);
        await own.Gateway.Stop();

        await using var again = await TestGateway.Start(own.Gateway.Options.DataDirectory, options => (options.Postgres, options.KeyPostgres) = (own.Gateway.Options.Postgres, own.Gateway.Options.KeyPostgres));
        var alpha = again.As(own.Alpha.ClientId, own.Alpha.Secret);
        await Refusals.Refused(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", () => alpha.Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = number }));
        Assert.Equal(NotificationKind.Erased, Assert.Single((await alpha.Privacy.ListNotificationsAsync(new ListNotificationsRequest())).Notifications).Kind);
        Assert.Equal(1, again.Scalar("SELECT count(*) FROM erasure"));
        Assert.Empty(Verify(again));
    }

    /// <summary>
    /// The gateway was killed after the ledger's part and before the keys' part. The next start finishes the erasure.
    /// </summary>
    [Fact]
    public async Task Start_AfterAnInterruptedErasure_DestroysTheKeys()
    {
        await using var own = new TestCoalition();
        await own.InitializeAsync();
        var member = await own.Member(_profile, own.Alpha);
        var id = new MemberId(Guid.Parse(await own.Gateway.MemberId(member.Numbers[own.Alpha.ProgrammeId])));
        var issue = new Ledger.CommandContext(new Caller(Ledger.CallerKind.Member, id.ToString()), Guid.NewGuid(), new Ledger.EventId(Guid.CreateVersion7()));
        await own.Gateway.Services.GetRequiredService<CommandJournal>().Submit<Ledger.Privacy.MemberErased>(
            new Ledger.Privacy.EraseMember(issue, id, false, own.Gateway.Services.GetRequiredService<Ledger.Consents.NoticesInForce>()));
        var keys = own.Gateway.Services.GetRequiredService<MemberKeyStore>();
        Assert.Single(await keys.Find([id], CancellationToken.None));
        await own.Gateway.Stop();

        await using var again = await TestGateway.Start(own.Gateway.Options.DataDirectory, options => (options.Postgres, options.KeyPostgres) = (own.Gateway.Options.Postgres, own.Gateway.Options.KeyPostgres));
        Assert.Empty(await again.Services.GetRequiredService<MemberKeyStore>().Find([id], CancellationToken.None));
        Assert.Contains(await again.Services.GetRequiredService<MemberKeyStore>().Erased(CancellationToken.None), row => row.MemberId == id.Value && row.EventId == issue.EventId.Value);
    }

    [Fact]
    public async Task RequestId_OfAnErasedMembersData_IsUsedUp_AndTheErasuresRetryHasItsAnswer()
    {
        var number = $"e-{Guid.NewGuid():N}";
        var enroll = new EnrollMemberRequest { RequestId = RequestIds.New(), MembershipNumber = number, Profile = _profile };
        var enrolled = await coalition.Alpha.Client.Members.EnrollMemberAsync(enroll);
        var member = coalition.Gateway.WithToken(await coalition.Gateway.SignIn(number));
        var erase = new EraseMemberRequest { RequestId = RequestIds.New(), MemberId = await coalition.Gateway.MemberId(number) };
        var erased = await coalition.Gateway.Operator.Privacy.EraseMemberAsync(erase);

        Assert.Equal(erased, await coalition.Gateway.Operator.Privacy.EraseMemberAsync(erase));
        Assert.NotNull(enrolled.Membership);
        await Refusals.Refused(StatusCode.AlreadyExists, "REQUEST_ID_REUSED", () => coalition.Alpha.Client.Members.EnrollMemberAsync(enroll));
        enroll.MembershipNumber = $"e-{Guid.NewGuid():N}";
        await Refusals.Refused(StatusCode.AlreadyExists, "REQUEST_ID_REUSED", () => coalition.Alpha.Client.Members.EnrollMemberAsync(enroll));
        await Refusals.Refused(StatusCode.NotFound, "MEMBERSHIP_NOT_FOUND", () => coalition.Alpha.Client.Members.GetBalancesAsync(new GetBalancesRequest { MembershipNumber = number }));
    }

    internal static Task Consent(CoalitionClient client, string partner) => client.Consents.GiveConsentAsync(new GiveConsentRequest
    {
        RequestId = RequestIds.New(), PartnerId = partner, Purpose = Purpose.Marketing, Categories = { DataCategory.Contact }, NoticeVersion = "2026-01", NoticeLanguage = "sv",
    }).ResponseAsync;

    private static async Task<string> Export(CoalitionClient client, string memberId)
    {
        using var call = client.Privacy.StreamPersonalData(new StreamPersonalDataRequest { MemberId = memberId, Format = DocumentFormat.Json });
        return Encoding.UTF8.GetString([.. (await call.ResponseStream.ReadAllAsync().ToArrayAsync()).SelectMany(part => part.Chunk)]);
    }

    private static IReadOnlyList<string> Verify(TestGateway gateway) => (TestDatabase.IsPostgres
        ? Verification.RunOnPostgres(gateway.Options.Postgres)
        : Verification.Run(gateway.Options.DataDirectory)).Problems;

    /// <summary>The texts that occur unencrypted in the gateway's database or files.</summary>
    private static IReadOnlyList<string> Traces(TestGateway gateway, IReadOnlyCollection<string> texts)
    {
        if (!TestDatabase.IsPostgres)
        {
            var files = Directory.GetFiles(gateway.Options.DataDirectory, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).Select(Read).ToArray();
            return [.. texts.Where(text => files.Any(file => file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0))];
        }

        using var database = TestDatabase.Open(gateway.Options);
        var tables = database.Query("SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'").Select(row => (string)row[0]);
        var rows = tables.SelectMany(table => database.Query($"SELECT convert_from(convert_to({table}::text, 'UTF8'), 'UTF8') || coalesce(encode(convert_to({table}::text, 'UTF8'), 'escape'), '') FROM {table}")).Select(row => (string)row[0]).ToArray();
        var bodies = database.Query("SELECT body FROM event").Select(row => (byte[])row[0]).ToArray();
        return [.. texts.Where(text => rows.Any(row => row.Contains(text, StringComparison.Ordinal)) || bodies.Any(body => body.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0))];
    }

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
