using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Contract;
using CoalitionGateway.Platform.Governance;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.OAuth;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;

namespace CoalitionGateway.Clients;

internal sealed class PublishClientMethod(LedgerStore store, GatewayOptions options)
    : GovernedMethod<V1.PublishClientRequest, ClientPublished, V1.PublishClientResponse>
{
    private const int _mostRedirects = 10;

    protected override Command ToCommand(V1.PublishClientRequest request, CommandContext context)
    {
        var (client, kind) = (request.Client, (CallerKind)(int)request.Client.Kind);
        var isKind = kind is CallerKind.Member or CallerKind.Officer or CallerKind.Operator;
        var (scopes, redirects) = (client.Scopes.Distinct().Order(StringComparer.Ordinal).ToArray(), client.RedirectUris.Distinct().ToArray());
        var known = isKind ? MethodRules.ScopesFor(kind) : [];
        var unknown = scopes.Except(known).ToArray();
        var wrong = Array.FindIndex(redirects, redirect => !RedirectUris.IsOne(redirect));
        InvalidFieldsException.Unless(
            (options.Clients.All(configured => configured.ClientId != client.ClientId), "client.client_id", "is the id of a client of the gateway's configuration; choose another."),
            (isKind, "client.kind", "must be CALLER_KIND_MEMBER, CALLER_KIND_OFFICER or CALLER_KIND_OPERATOR; RegisterPartner registers a partner's client."),
            (!isKind || unknown.Length == 0, "client.scopes", $"{string.Join(", ", unknown.Take(3).Select(scope => Excerpt.Of(scope)))}: no scope of this kind; there are {string.Join(", ", known)}."),
            (kind != CallerKind.Member || redirects.Length > 0, "client.redirect_uris", "must have at least one: members sign in, and no tool acts for them."),
            (redirects.Length <= _mostRedirects, "client.redirect_uris", $"must have at most {_mostRedirects}."),
            (wrong < 0, $"client.redirect_uris[{wrong}]", RedirectUris.Remedy));
        return new PublishClient(context, client.ClientId, kind, client.DisplayName, scopes, redirects);
    }

    protected override async Task<V1.PublishClientRequest?> Before(V1.PublishClientRequest request, CancellationToken cancellation) =>
        await store.Read(rows => rows.Find(new RegisteredClient.Of(request.Client.ClientId)), cancellation) is { } found
            ? new V1.PublishClientRequest { Client = found.ToRequest() } : null;

    protected override Task<V1.PublishClientResponse> Answer(ClientPublished made) =>
        Task.FromResult(new V1.PublishClientResponse { PublishTime = made.Time.ToWire() });
}

internal sealed class PublishClientKeysMethod(LedgerStore store) : GovernedMethod<V1.PublishClientKeysRequest, ClientKeysPublished, V1.PublishClientKeysResponse>
{
    protected override Command ToCommand(V1.PublishClientKeysRequest request, CommandContext context)
    {
        var read = PublicKeys.Read(request.Jwks, out var problem);
        InvalidFieldsException.Unless((read is not null, "jwks", problem));
        return new PublishClientKeys(context, request.ClientId, read!.Jwks, read.Thumbprints, context.Caller.Id);
    }

    protected override async Task<V1.PublishClientKeysRequest?> Before(V1.PublishClientKeysRequest request, CancellationToken cancellation) =>
        await store.Read(rows => rows.Find(new RegisteredClient.Of(request.ClientId)), cancellation) is { PublicKeys: { } keys }
            ? new V1.PublishClientKeysRequest { ClientId = request.ClientId, Jwks = keys } : null;

    protected override Task<V1.PublishClientKeysResponse> Answer(ClientKeysPublished made) =>
        Task.FromResult(new V1.PublishClientKeysResponse { Thumbprints = { made.Thumbprints } });
}

internal sealed class IssueClientSecretMethod(GatewayKeys keys) : GovernedMethod<V1.IssueClientSecretRequest, ClientSecretIssued, V1.IssueClientSecretResponse>
{
    /// <summary>Only the proposer is told the secret, and only while the proposal is open.</summary>
    public override V1.IssueClientSecretResponse Waiting(V1.Proposal proposal, CommandContext context) =>
        new() { ClientSecret = proposal.State == V1.ProposalState.Open ? ClientSecrets.Of(keys, context) : "", Proposal = proposal };

    protected override Command ToCommand(V1.IssueClientSecretRequest request, CommandContext context) => new IssueClientSecret(
        context, request.ClientId, ClientSecrets.HashOf(ClientSecrets.Of(keys, context)), request.ValidDays, request.FormerHours, context.Caller.Id);

    protected override Task<V1.IssueClientSecretResponse> Answer(ClientSecretIssued made) => Task.FromResult(
        new V1.IssueClientSecretResponse { IssueTime = made.Time.ToWire(), ExpireTime = made.EndTime?.ToWire(), FormerExpireTime = made.FormerEndTime?.ToWire() });
}

internal sealed class SuspendClientMethod(EndedCallers ended) : GovernedMethod<V1.SuspendClientRequest, ClientSuspended, V1.SuspendClientResponse>
{
    protected override Command ToCommand(V1.SuspendClientRequest request, CommandContext context) => new SuspendClient(context, request.ClientId, IsSuspended: true);

    protected override async Task<V1.SuspendClientResponse> Answer(ClientSuspended made)
    {
        await ended.Tell();
        return new V1.SuspendClientResponse { SuspendTime = made.Time.ToWire() };
    }
}

internal sealed class ResumeClientMethod(EndedCallers ended) : GovernedMethod<V1.ResumeClientRequest, ClientSuspended, V1.ResumeClientResponse>
{
    protected override Command ToCommand(V1.ResumeClientRequest request, CommandContext context) => new SuspendClient(context, request.ClientId, IsSuspended: false);

    protected override async Task<V1.ResumeClientResponse> Answer(ClientSuspended made)
    {
        await ended.Tell();
        return new V1.ResumeClientResponse { ResumeTime = made.Time.ToWire() };
    }
}

internal sealed class SetSenderConstraintMethod(LedgerStore store, EndedCallers ended)
    : GovernedMethod<V1.SetSenderConstraintRequest, SenderConstraintSet, V1.SetSenderConstraintResponse>
{
    protected override Command ToCommand(V1.SetSenderConstraintRequest request, CommandContext context) =>
        new SetSenderConstraint(context, request.ClientId, (SenderConstraint)(int)request.SenderConstraint);

    protected override async Task<V1.SetSenderConstraintRequest?> Before(V1.SetSenderConstraintRequest request, CancellationToken cancellation) =>
        await store.Read(rows => rows.Find(new RegisteredClient.Of(request.ClientId)), cancellation) is { } client
            ? new V1.SetSenderConstraintRequest { ClientId = request.ClientId, SenderConstraint = (V1.SenderConstraint)(int)client.SenderConstraint } : null;

    protected override async Task<V1.SetSenderConstraintResponse> Answer(SenderConstraintSet made)
    {
        await ended.Tell();
        return new V1.SetSenderConstraintResponse { SetTime = made.Time.ToWire() };
    }
}
