using CoalitionGateway.V1;
using Microsoft.Extensions.DependencyInjection;

namespace CoalitionGateway.Tests.Clients;

/// <summary>A partner's secrets: two at once while it changes them, an end, and none beside published keys.</summary>
public sealed class ClientSecretTests : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private readonly TestCoalition _coalition;

    public ClientSecretTests() => _coalition = new TestCoalition { Extend = builder => builder.Services.AddSingleton<TimeProvider>(_clock) };

    private TestGateway Gateway => _coalition.Gateway;

    public ValueTask InitializeAsync() => _coalition.InitializeAsync();

    public ValueTask DisposeAsync() => _coalition.DisposeAsync();

    [Fact]
    public async Task Secret_Issued_WorksOnceApproved_AndTheOneBeforeForAWhile()
    {
        var (one, two) = (Gateway.AsPerson("operator-one"), Gateway.AsPerson("operator-two"));
        var request = new IssueClientSecretRequest { RequestId = RequestIds.New(), ClientId = "alpha", ValidDays = 30, FormerHours = 24 };
        var issued = await one.Clients.IssueClientSecretAsync(request);
        Assert.Equal((true, false), (await Works(_coalition.Alpha.Secret), await Works(issued.ClientSecret)));
        Assert.Equal(issued.ClientSecret, (await one.Clients.IssueClientSecretAsync(request)).ClientSecret);

        var approved = await two.Proposals.ApproveProposalAsync(new ApproveProposalRequest { RequestId = RequestIds.New(), ProposalId = issued.Proposal.ProposalId });
        var answer = approved.Answer.Unpack<IssueClientSecretResponse>();
        var late = await one.Clients.IssueClientSecretAsync(request);
        Assert.Equal(("", issued.Proposal.ProposalId, ProposalState.Approved), (late.ClientSecret, late.Proposal.ProposalId, late.Proposal.State));
        Assert.Equal(
            ("", TimeSpan.FromDays(30), TimeSpan.FromHours(24)),
            (answer.ClientSecret, (answer.ExpireTime - answer.IssueTime).ToTimeSpan(), (answer.FormerExpireTime - answer.IssueTime).ToTimeSpan()));
        Assert.Equal((true, true), (await Works(_coalition.Alpha.Secret), await Works(issued.ClientSecret)));

        _clock.Ahead = TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1);
        Assert.Equal((false, true), (await Works(_coalition.Alpha.Secret), await Works(issued.ClientSecret)));
        _clock.Ahead = TimeSpan.FromDays(30) + TimeSpan.FromSeconds(1);
        Assert.False(await Works(issued.ClientSecret));
    }

    [Fact]
    public async Task Secret_IssuedAfterALeak_EndsTheOneBeforeAtOnce()
    {
        var issued = await Gateway.Operator.Clients.IssueClientSecretAsync(new IssueClientSecretRequest { RequestId = RequestIds.New(), ClientId = "alpha" });
        Assert.Equal((false, true), (await Works(_coalition.Alpha.Secret), await Works(issued.ClientSecret)));
    }

    [Fact]
    public async Task Keys_Published_EndTheSecrets()
    {
        using var key = await Gateway.PublishKey("alpha");
        Assert.False(await Works(_coalition.Alpha.Secret));
    }

    private async Task<bool> Works(string secret) => (await Gateway.Post(
        "/oauth/token", [("grant_type", "client_credentials"), ("client_id", "alpha"), ("client_secret", secret)])).Error is null;
}
