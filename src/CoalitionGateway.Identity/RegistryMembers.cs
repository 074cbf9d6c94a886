using CoalitionGateway.Ledger.Members;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Privacy;
using CoalitionGateway.Platform.Store;
using Duende.IdentityServer.Extensions;
using Duende.IdentityServer.Models;
using Duende.IdentityServer.Services;

namespace CoalitionGateway.Identity;

/// <summary>Members as IdentityServer asks for them: no claims of theirs go into tokens, and one who was erased gets none.</summary>
internal sealed class RegistryMembers(LedgerStore store) : IProfileService
{
    public Task GetProfileDataAsync(ProfileDataRequestContext context) => Task.CompletedTask;

    public async Task IsActiveAsync(IsActiveContext context)
    {
        var member = new MemberId(Guid.Parse(context.Subject.GetSubjectId()));
        context.IsActive = await store.Read(rows => rows.Find(new Erasure.Of(member)), CancellationToken.None) is null;
    }
}
