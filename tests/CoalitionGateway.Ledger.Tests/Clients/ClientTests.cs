using CoalitionGateway.Ledger.Clients;

namespace CoalitionGateway.Ledger.Tests.Clients;

public sealed class ClientTests
{
    private static readonly RegisteredClient _app = new("walk-app", CallerKind.Member, "Walk", [], "members.read transfers.write", "https://a.example/cb https://b.example/cb", Version: 4);
    private static readonly RegisteredClient _tool = new("walk-app", CallerKind.Operator, "Walk", [7], "members.read transfers.write", "", "anna", Version: 4);

    private static readonly Table _rows = new()
    {
        { "a new app", () => Publish().Decide(null, Given.Now), "ClientPublished" },
        { "a change", () => Publish().Decide(_app, Given.Now), "ClientPublished" },
        { "a partner's id", () => Publish().Decide(_app with { Kind = CallerKind.Partner }, Given.Now), "ClientExists(client.client_id) client_id=walk-app" },
        { "a tool's id", () => Publish().Decide(_tool, Given.Now), "ClientExists(client.client_id) client_id=walk-app" },
        { "keys of nobody", () => new PublishClientKeys(Given.Context, "walk-app", "{}", ["k"], "anna").Decide(null, Given.Now), "ClientNotFound(client_id) client_id=walk-app" },
        { "a secret of nobody", () => new IssueClientSecret(Given.Context, "walk-app", [1], 0, 0, "anna").Decide(null, Given.Now), "ClientNotFound(client_id) client_id=walk-app" },
        { "nobody is suspended", () => new SuspendClient(Given.Context, "walk-app", true).Decide(null, Given.Now), "ClientNotFound(client_id) client_id=walk-app" },
        { "a constraint of nobody", () => new SetSenderConstraint(Given.Context, "walk-app", SenderConstraint.Dpop).Decide(null, Given.Now), "ClientNotFound(client_id) client_id=walk-app" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    [Theory]
    [MemberData(nameof(Rows))]
    public void Client_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    // One person may only take away.
    [Theory]
    [InlineData("the same", true)]
    [InlineData("a scope less", true)]
    [InlineData("a redirect less", true)]
    [InlineData("another scope", false)]
    [InlineData("another redirect", false)]
    [InlineData("another name", false)]
    [InlineData("no redirect: a tool", false)]
    [InlineData("new", false)]
    public void PublishClient_MayBeAlone_WhereItOnlyTakesAway(string change, bool mayBeAlone)
    {
        var same = Publish();
        var command = change switch
        {
            "a scope less" => same with { Scopes = ["members.read"] },
            "a redirect less" => same with { RedirectUris = ["https://b.example/cb"] },
            "another scope" => same with { Scopes = ["members.read", "pools.write"] },
            "another redirect" => same with { RedirectUris = ["https://c.example/cb"] },
            "another name" => same with { DisplayName = "Run" },
            "no redirect: a tool" => same with { RedirectUris = [] },
            _ => same,
        };
        var governance = command.GovernanceOf(change == "new" ? null : _app, Given.Now);
        Assert.Equal((mayBeAlone, true), (governance.MayBeAlone, governance.NeedsPerson));
    }

    // A holder knows a key or a secret that works.
    [Fact]
    public void Holders_AreThePersonsWhoProposedWhatWorks()
    {
        var tool = _tool with { Holders = "anna", KeyThumbprints = "" };
        Assert.Equal("anna", Assert.IsType<ClientPublished>((Publish() with { Kind = CallerKind.Operator, RedirectUris = [] }).Decide(tool, Given.Now).Event).After(tool).Holders);
        Assert.Equal("cy", Issue(tool, "cy", formerHours: 0).Holders);
        var both = Issue(tool, "cy", formerHours: 1);
        Assert.Equal("anna cy", both.Holders);
        var keyed = both.WithKeys("{}", ["k", "l"], "di");
        Assert.Equal(("di", 0, null), (keyed.Holders, keyed.SecretHash.Length, keyed.FormerSecretHash));
        Assert.Equal("di ed", keyed.WithKeys("{}", ["l", "m"], "ed").Holders);
        Assert.Equal("di", keyed.WithKeys("{}", ["l"], "ed").Holders);
        Assert.Equal("ed", keyed.WithKeys("{}", ["m"], "ed").Holders);
        Assert.Equal("di ed", Issue(keyed, "ed", formerHours: 0).Holders);

        // A partner approves nothing, so nobody holds its client.
        var partners = Assert.IsType<ClientSecretIssued>(new IssueClientSecret(Given.Context, "aurora-air", [9], 0, 1, "cy").Decide(Given.Client(Given.Aurora), Given.Now).Event);
        Assert.Equal(("", "", Given.Aurora), (partners.Holder, partners.After(Given.Client(Given.Aurora)).Holders, partners.Partner));
    }

    [Theory]
    [InlineData(null, 2, 2)]
    [InlineData(1, 2, 1)]
    [InlineData(0, 2, null)]
    [InlineData(null, 0, null)]
    public void FormerSecret_EndsAfterItsHours_AndNotAfterItsOwnEnd(int? ownHours, int formerHours, int? expected)
    {
        var before = _tool with { SecretEndTime = ownHours is { } hours ? Given.Now.AddHours(hours) : null };
        Assert.Equal(expected is { } end ? Given.Now.AddHours(end) : null, Issue(before, "cy", formerHours).FormerSecretEndTime);
        Assert.Null(Issue(before with { SecretHash = [] }, "cy", formerHours).FormerSecretHash);
    }

    private static RegisteredClient Issue(RegisteredClient before, string holder, long formerHours) =>
        Assert.IsType<ClientSecretIssued>(new IssueClientSecret(Given.Context, before.ClientId, [9], 0, formerHours, holder).Decide(before, Given.Now).Event).After(before);

    private static PublishClient Publish() =>
        new(Given.Context, "walk-app", CallerKind.Member, "Walk", ["members.read", "transfers.write"], ["https://a.example/cb", "https://b.example/cb"]);
}
