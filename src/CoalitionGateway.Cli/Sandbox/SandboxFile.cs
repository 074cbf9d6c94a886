using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoalitionGateway.Cli.Sandbox;

internal sealed record SandboxCredential(string ClientId, string ClientSecret, IReadOnlyList<string> Scopes);

internal sealed record SandboxPartner(string PartnerId, string ProgrammeId, string ClientId, string ClientSecret, IReadOnlyList<string> Scopes)
{
    [JsonIgnore]
    public SandboxCredential Credential => new(ClientId, ClientSecret, Scopes);
}

/// <param name="Persons">The persons who sign in to it by login_hint; members do so by a membership number.</param>
internal sealed record SandboxApp(string ClientId, string RedirectUri, IReadOnlyList<string> Scopes, IReadOnlyList<string> Persons);

internal sealed record SandboxProgramme(string ProgrammeId, string PartnerId, string DisplayName);

internal sealed record SandboxMembership(string ProgrammeId, string MembershipNumber);

/// <param name="SignInUrl">Where the member makes a first passkey in a browser. It works once.</param>
internal sealed record SandboxMember(string Name, IReadOnlyList<SandboxMembership> Memberships, string SignInUrl = "");

/// <summary>sandbox.json: all that a client needs to try a sandbox.</summary>
internal sealed record SandboxFile(
    string Grpc, string Http, string Authority, string TokenEndpoint, string AuthorizeEndpoint,
    IReadOnlyList<SandboxPartner> Partners, SandboxCredential Officer, SandboxCredential Operator, SandboxApp MembersClient,
    SandboxApp OperatorsClient, SandboxApp OfficersClient,
    IReadOnlyList<SandboxProgramme> Programmes, IReadOnlyList<SandboxMember> Members)
{
    public const string Name = "sandbox.json";

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="CommandFailedException">The file is missing, or is not a sandbox file.</exception>
    public static SandboxFile Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SandboxFile>(File.ReadAllText(path), _json) ?? throw new JsonException("it is null");
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"{path} cannot be read as a sandbox file: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Writes the file readable for its owner only, because it holds secrets.</summary>
    public void Write(string path)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(file, this, _json);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
