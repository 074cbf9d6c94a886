using System.Collections.Concurrent;
using CoalitionGateway.Fuzz.Tests.Generating;
using CoalitionGateway.Testing.Requests;
using CoalitionGateway.V1;
using Grpc.Core;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Fuzz.Tests.Hosting;

/// <summary>
/// The callers that the fuzzer uses: several of each kind, some with an invalid token. The fuzzer's requests can erase members
/// and suspend partners; other callers then take their places.
/// </summary>
internal sealed class Callers(BadInputCoalition coalition, Vocabulary words)
{
    private const int _members = 10;
    private static readonly TimeSpan _renewal = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, string> _tokens = new();
    private readonly ConcurrentDictionary<string, CallerKind> _kinds = new();
    private readonly ConcurrentDictionary<string, bool> _ended = new();
    private DateTime _renewed;

    private TestGateway Gateway => coalition.Gateway;

    /// <summary>The caller's name, as a finding prints it, and the token.</summary>
    public (string Name, string? Token) Pick(IReadOnlyCollection<CallerKind> allowed, Random random)
    {
        var chance = random.Next(100);
        if (chance < 2)
        {
            return ("nobody", null);
        }

        if (chance < 5)
        {
            var fault = ForgedTokens.Faults.Keys.ElementAt(random.Next(ForgedTokens.Faults.Count));
            return ($"forged: {fault}", ForgedTokens.Make(Gateway, fault));
        }

        var fitting = chance < 92 ? _kinds.Where(found => allowed.Contains(found.Value)).Select(found => found.Key).ToArray() : [];
        var names = fitting.Length > 0 ? fitting : [.. _kinds.Keys];
        var name = names[random.Next(names.Length)];
        return (name, _tokens[name]);
    }

    public string Token(string name) => _tokens[name];

    /// <summary>The token of the caller that the table's valid requests expect.</summary>
    public (string Name, string Token) Main(CallerKind kind)
    {
        var name = kind switch { CallerKind.Partner => "alpha", CallerKind.Member => "member", CallerKind.Officer => "officer", _ => "operator" };
        return (name, _tokens[name]);
    }

    /// <summary>An answer said that the caller's token is invalid or that the caller no longer exists.</summary>
    public void Ended(string name) => _ended[name] = true;

    /// <summary>Signs all callers in, again if their tokens are about to end, and replaces members that are gone.</summary>
    public async Task Tend()
    {
        if (DateTime.UtcNow - _renewed > _renewal)
        {
            _renewed = DateTime.UtcNow;
            foreach (var partner in new[] { coalition.Coalition.Alpha, coalition.Coalition.Beta, coalition.Coalition.Gamma })
            {
                await Put(partner.PartnerId, CallerKind.Partner, () => Gateway.TokenOf(partner.ClientId, partner.Secret, ""));
            }

            await Put("narrow", CallerKind.Partner, () => Gateway.TokenOf(coalition.Coalition.Beta.ClientId, coalition.Coalition.Beta.Secret, "programmes.read"));
            await Put("officer", CallerKind.Officer, () => Gateway.TokenOf(CallerKind.Officer, ""));
            await Put("operator", CallerKind.Operator, () => Gateway.TokenOf(CallerKind.Operator, ""));
            await Put("lone", CallerKind.Partner, Lone);
            await Put("suspended", CallerKind.Partner, Suspended);
            await Put("member", CallerKind.Member, () => Gateway.SignIn(coalition.Values["number"]));
            for (var i = 0; i < _members; i++)
            {
                _ended[$"member {i}"] = true;
            }
        }

        foreach (var name in _ended.Keys.Where(name => name.StartsWith("member ", StringComparison.Ordinal)).ToArray())
        {
            await Put(name, CallerKind.Member, () => Member(name));
        }
    }

    private async Task Put(string name, CallerKind kind, Func<Task<string>> token)
    {
        try
        {
            _tokens[name] = await token();
            _kinds[name] = kind;
            _ended.TryRemove(name, out _);
        }
        catch (Exception gone) when (gone is TokenRefusedException || (gone is RpcException failed && GatewayRefusal.From(failed)?.ReasonText != "INTERNAL_FAULT"))
        {
            // The table's member may be erased, or a partner's rate may be in another currency. The caller then stays as it is.
        }
    }

    private async Task<string> Lone() => (await Register()).Token;

    private async Task<string> Suspended()
    {
        var (id, token) = await Register();
        await Gateway.Operator.Clients.SuspendClientAsync(new SuspendClientRequest { RequestId = RequestIds.New(), ClientId = id });
        return token;
    }

    private async Task<(string Id, string Token)> Register()
    {
        var id = $"lone-{Guid.NewGuid():N}"[..30];
        var made = await Gateway.Operator.Programmes.RegisterPartnerAsync(new RegisterPartnerRequest { RequestId = RequestIds.New(), Partner = new Partner { PartnerId = id, DisplayName = "Lone" } });
        return (id, await Gateway.TokenOf(made.ClientId, made.ClientSecret, ""));
    }

    /// <summary>
    /// A new member of alpha: adult, child or of unknown age. Every second one is also in beta. All have points.
    /// </summary>
    private async Task<string> Member(string name)
    {
        var (alpha, beta) = (coalition.Coalition.Alpha, coalition.Coalition.Beta);
        var nth = name[^1] - '0';
        var profile = (nth % 3) switch { 0 => new MemberProfile { BirthDate = "1980-03-04", CountryCode = "SE" }, 1 => new MemberProfile { BirthDate = "2017-03-04", CountryCode = "PL" }, _ => null };
        var member = await (nth % 2 == 0 ? coalition.Coalition.Member(profile, alpha, beta) : coalition.Coalition.Member(profile, alpha));
        foreach (var number in member.Numbers.Values)
        {
            words.Add("membership_number", number);
        }

        var token = await Gateway.SignIn(member.Numbers[alpha.ProgrammeId]);
        words.Add("member_id", new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Subject);
        await TestCoalition.Buy(alpha, member, 9000);
        return token;
    }
}
