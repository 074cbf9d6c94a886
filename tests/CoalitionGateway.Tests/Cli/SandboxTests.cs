using System.Runtime.Versioning;
using System.Text.Json;
using CoalitionGateway.Cli;
using CoalitionGateway.Cli.Hosting;
using CoalitionGateway.Cli.Sandbox;
using CoalitionGateway.Platform.Store;
using Microsoft.Extensions.Logging;

namespace CoalitionGateway.Tests.Cli;

[Collection(TerminalCollection.Name)]
public sealed class SandboxTests
{
    [Fact]
    public async Task Sandbox_StartedTwiceInOneDirectory_KeepsItsCredentialsAndAddsNothing()
    {
        using var data = new DataFolder();
        var first = await StartAndStop(data.Path);
        var before = Verification.Run(data.Path);
        var second = await StartAndStop(data.Path);
        Assert.Equal(Credentials(first), Credentials(second));
        Assert.Equal(Text(first.Members).Replace(first.Authority, second.Authority, StringComparison.Ordinal), Text(second.Members));
        var after = Verification.Run(data.Path);
        Assert.Equal((before.Events, before.Entries), (after.Events, after.Entries));
        Assert.Empty(after.Problems);

        static string[] Credentials(SandboxFile file) =>
        [
            .. file.Partners.Select(Text), Text(file.Officer), Text(file.Operator), Text(file.MembersClient),
        ];
    }

    [Fact]
    public async Task SandboxFile_HasWhatAClientNeeds()
    {
        using var data = new DataFolder();
        await StartAndStop(data.Path);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(data.File(SandboxFile.Name), TestContext.Current.CancellationToken));
        var root = json.RootElement;
        foreach (var address in new[] { "grpc", "http", "authority", "token_endpoint", "authorize_endpoint" })
        {
            Assert.True(Uri.TryCreate(root.GetProperty(address).GetString(), UriKind.Absolute, out _), address);
        }

        var partners = root.GetProperty("partners").EnumerateArray().ToArray();
        Assert.True(partners.Length >= 4);
        JsonElement[] secrets = [.. partners, root.GetProperty("officer"), root.GetProperty("operator")];
        Assert.All(secrets, credential =>
        {
            Assert.NotEmpty(credential.GetProperty("client_id").GetString()!);
            Assert.True(credential.GetProperty("client_secret").GetString()!.Length >= 32);
            Assert.NotEqual(0, credential.GetProperty("scopes").GetArrayLength());
        });
        Assert.Equal(secrets.Length, secrets.Select(credential => credential.GetProperty("client_secret").GetString()).Distinct().Count());
        Assert.NotEmpty(root.GetProperty("members_client").GetProperty("client_id").GetString()!);
        var programmes = root.GetProperty("programmes").EnumerateArray().Select(programme => programme.GetProperty("programme_id").GetString()).ToArray();
        Assert.Equal(partners.Select(partner => partner.GetProperty("programme_id").GetString()), programmes);
        var memberships = root.GetProperty("members").EnumerateArray().SelectMany(member => member.GetProperty("memberships").EnumerateArray()).ToArray();
        Assert.NotEmpty(memberships);
        Assert.All(memberships, membership =>
        {
            Assert.Contains(membership.GetProperty("programme_id").GetString(), programmes);
            Assert.NotEmpty(membership.GetProperty("membership_number").GetString()!);
        });
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task SandboxFile_NewOrExisting_IsReadableByItsOwnerOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such file modes.");
        using var data = new DataFolder();
        await StartAndStop(data.Path);
        var path = data.File(SandboxFile.Name);
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(ownerOnly, File.GetUnixFileMode(path));
        File.SetUnixFileMode(path, ownerOnly | UnixFileMode.OtherRead);
        await StartAndStop(data.Path);
        Assert.Equal(ownerOnly, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task SecondGateway_DirectoryInUse_IsRefusedWithAClearMessage_AndHarmsNothing()
    {
        using var data = new DataFolder();
        var (gateway, sandbox) = await SandboxCoalition.Start(Place.Free(data.Path), LogLevel.None);
        await using (gateway)
        {
            var failed = await Assert.ThrowsAsync<CommandFailedException>(() => SandboxCoalition.Start(Place.Free(data.Path), LogLevel.None));
            Assert.Contains($"Another gateway works on {data.Path}", failed.Message, StringComparison.Ordinal);
            Assert.Equal(Text(sandbox), Text(SandboxFile.Read(data.File(SandboxFile.Name))));
            using var connection = Connection.To(sandbox);
            await connection.As(sandbox.Operator).Programmes.ListProgrammesAsync(new V1.ListProgrammesRequest(), cancellationToken: TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task PortInUse_IsRefusedWithAClearMessage()
    {
        using var data = new DataFolder();
        using var other = new DataFolder();
        var (gateway, sandbox) = await SandboxCoalition.Start(Place.Free(data.Path), LogLevel.None);
        await using (gateway)
        {
            var failed = await Assert.ThrowsAsync<CommandFailedException>(() => SandboxCoalition.Start(Place.Free(other.Path) with { Grpc = sandbox.Grpc }, LogLevel.None));
            Assert.Contains(new Uri(sandbox.Grpc).Authority, failed.Message, StringComparison.Ordinal);
        }

        // The directory of the gateway that did not start is free.
        await StartAndStop(other.Path);
    }

    [Fact]
    public async Task DirectoryOfAnotherCoalition_IsNamedWithTheGatewaysReason()
    {
        using var data = new DataFolder();
        var credential = LocalCredential.New("somebody");
        await using (var gateway = await LocalGateway.Start(Place.Free(data.Path), sandbox: false, LogLevel.None, credential.As(Ledger.CallerKind.Operator)))
        {
            using var connection = Connection.To(gateway.Options);
            await connection.As(credential.ClientId, credential.Secret).Programmes.RegisterPartnerAsync(new V1.RegisterPartnerRequest
            {
                RequestId = RequestIds.New(),
                Partner = new V1.Partner { PartnerId = "aurora-air", DisplayName = "Another Aurora" },
            });
        }

        var failed = await Assert.ThrowsAsync<CommandFailedException>(() => SandboxCoalition.Start(Place.Free(data.Path), LogLevel.None));
        Assert.Contains("holds another coalition", failed.Message, StringComparison.Ordinal);
        Assert.Contains("PARTNER_EXISTS", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvalidSandboxFile_IsRefusedWithAClearMessage()
    {
        using var data = new DataFolder();
        foreach (var content in new[] { "", "{", "null", "{}", "[]", "{\"grpc\": null}" })
        {
            await File.WriteAllTextAsync(data.File(SandboxFile.Name), content, TestContext.Current.CancellationToken);
            var failed = Assert.Throws<CommandFailedException>(() => SandboxFile.Read(data.File(SandboxFile.Name)));
            Assert.Contains(SandboxFile.Name, failed.Message, StringComparison.Ordinal);
        }
    }

    private static async Task<SandboxFile> StartAndStop(string data)
    {
        var (gateway, sandbox) = await SandboxCoalition.Start(Place.Free(data), LogLevel.None);
        await gateway.DisposeAsync();
        return sandbox;
    }

    private static string Text<T>(T value) => JsonSerializer.Serialize(value);
}
