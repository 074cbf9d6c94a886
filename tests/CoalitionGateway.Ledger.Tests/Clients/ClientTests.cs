using CoalitionGateway.Ledger.Clients;

namespace CoalitionGateway.Ledger.Tests.Clients;

public sealed class ClientTests
{
    private static readonly RegisteredClient _app = new("walk-app", CallerKind.Member, "Walk", [], "members.read transfers.write", "https://a.example/cb https://b.example/cb", "anna", Version: 4);
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

    [Fact]
    public void Holders_AreAllWhoPublishedTheClientItsKeysOrItsSecrets()
    {
        var made = Assert.IsType<ClientPublished>((Publish() with { Holder = "bo" }).Decide(_app, Given.Now).Event).After(_app);
        var issued = Assert.IsType<ClientSecretIssued>(new IssueClientSecret(Given.Context, "walk-app", [9], 0, 1, "cy").Decide(made, Given.Now).Event).After(made);
        var keyed = issued.WithKeys("{}", ["k"], "cy");
        Assert.Equal(("anna bo", "anna bo cy", "anna bo cy", 7L), (made.Holders, issued.Holders, keyed.Holders, keyed.Version));
        Assert.Equal((0, null), (keyed.SecretHash.Length, keyed.FormerSecretHash));

        // A partner approves nothing, so nobody holds its client.
        var partners = Assert.IsType<ClientSecretIssued>(new IssueClientSecret(Given.Context, "aurora-air", [9], 0, 1, "cy").Decide(Given.Client(Given.Aurora), Given.Now).Event);
        Assert.Equal(("", Given.Aurora), (partners.After(Given.Client(Given.Aurora)).Holders, partners.Partner));
    }

    private static PublishClient Publish() =>
        new(Given.Context, "walk-app", CallerKind.Member, "Walk", ["members.read", "transfers.write"], ["https://a.example/cb", "https://b.example/cb"], "anna");
}
