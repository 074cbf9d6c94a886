using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests.Programmes;

public sealed class RegisterPartnerTests
{
    private static readonly byte[] _secretHash = [0xde, 0xad, 0xbe, 0xef, 0xca, 0xfe];

    private static readonly Table _rows = new()
    {
        { "the id is taken", () => Command.Decide(Given.Client(Given.Aurora), Given.Now), "PartnerExists(partner.partner_id) partner_id=aurora-air" },
        { "an app has the id", () => Command.Decide(Given.Client(Given.Aurora) with { Kind = CallerKind.Member }, Given.Now), "PartnerExists(partner.partner_id) partner_id=aurora-air" },
        { "the id is free", () => Command.Decide(null, Given.Now), "PartnerRegistered" },
    };

    public static TheoryData<string> Rows => _rows.Names;

    private static RegisterPartner Command => new(Given.Context, Given.Aurora, "Aurora Air", [], ["earning.write", "members.read"], _secretHash);

    [Theory]
    [MemberData(nameof(Rows))]
    public void RegisterPartner_EachRow_DecidesAsTheTableSays(string row) => _rows.Check(row);

    [Fact]
    public void RegisterPartner_Accepted_StoresTheSecretsHashInRowAndEvent()
    {
        var decision = Command.Decide(null, Given.Now);

        var client = Assert.IsType<RegisteredClient>(Assert.Single(decision.ErasableRows));
        Assert.Equal(("aurora-air", Given.Aurora, "earning.write members.read"), (client.ClientId, client.Partner, client.Scopes));
        Assert.Equal(_secretHash, client.SecretHash);
        Assert.NotEqual(-1, decision.Event!.Encode().AsSpan().IndexOf(_secretHash));
    }
}
