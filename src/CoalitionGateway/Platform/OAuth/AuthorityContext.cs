using CoalitionGateway.Platform.Store;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;

namespace CoalitionGateway.Platform.OAuth;

/// <summary>
/// A client of the registry in the form that OpenIddict reads. Its table stays empty: clients are rows of the ledger, and
/// OpenIddict's queries only join the table.
/// </summary>
internal sealed class OAuthClient : OpenIddictEntityFrameworkCoreApplication<string, OAuthGrant, OAuthToken>
{
    /// <summary>The client as the registry knows it.</summary>
    public Client Registered { get; init; } = null!;
}

/// <summary>One sign-in of a person at an app, with all its tokens; or, if it is permanent, what a member allowed an app.</summary>
internal sealed class OAuthGrant : OpenIddictEntityFrameworkCoreAuthorization<string, OAuthClient, OAuthToken>
{
    public OAuthGrant() => Id = Guid.CreateVersion7().ToString();
}

/// <summary>An authorization code, a refresh token or a pushed request. Access tokens have no row.</summary>
internal sealed class OAuthToken : OpenIddictEntityFrameworkCoreToken<string, OAuthClient, OAuthGrant>
{
    public OAuthToken() => Id = Guid.CreateVersion7().ToString();
}

/// <summary>Not used: the scopes are the contract's. OpenIddict's model names a type for them.</summary>
internal sealed class OAuthScope : OpenIddictEntityFrameworkCoreScope<string>;

/// <summary>OpenIddict's tables: see <see cref="Access.AuthorityTables"/>, which makes them.</summary>
internal sealed class AuthorityContext(DbContextOptions<AuthorityContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OAuthClient>(client =>
        {
            client.ToTable("client").HasKey(found => found.Id);
            client.HasMany(found => found.Authorizations).WithOne(grant => grant.Application).HasForeignKey("ApplicationId").IsRequired(false);
            client.HasMany(found => found.Tokens).WithOne(token => token.Application).HasForeignKey("ApplicationId").IsRequired(false);
            foreach (var property in typeof(OAuthClient).GetProperties()
                .Where(property => property.Name is not (nameof(OAuthClient.Id) or nameof(OAuthClient.Authorizations) or nameof(OAuthClient.Tokens))))
            {
                client.Ignore(property.Name);
            }
        });
        modelBuilder.ApplyConfiguration(new OpenIddictEntityFrameworkCoreAuthorizationConfiguration<OAuthGrant, OAuthClient, OAuthToken, string>());
        modelBuilder.ApplyConfiguration(new OpenIddictEntityFrameworkCoreTokenConfiguration<OAuthToken, OAuthClient, OAuthGrant, string>());
        modelBuilder.Entity<SignInSession>().ToTable("sign_in_session").HasKey(session => session.Id);
        modelBuilder.Entity<OAuthGrant>().ToTable("app_grant");
        modelBuilder.Entity<OAuthToken>().ToTable("token");
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(LedgerContext.SnakeCase(property.Name));
        }
    }
}
