using System.Security.Cryptography;
using CoalitionGateway.Platform.Keys;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Tests.Security;

/// <summary>
/// The keys that seal gateways' decisions. Gateways with the same root share them. A new file adds a key; another file retires
/// one.
/// </summary>
public sealed class MacKeyTests : IDisposable
{
    private static readonly byte[] _bytes = [1, 2, 3];
    private readonly string _folder = Directory.CreateTempSubdirectory("coalition-macs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Mac_ProvesOnlyTheseBytesAtThisPlace()
    {
        var keys = Keys();
        var mac = keys.Make(7, _bytes);
        Assert.Equal((1, 16), (mac.KeyId, mac.Value.Length));
        Assert.Null(keys.Doubt(7, _bytes, mac.KeyId, mac.Value));
        Assert.NotNull(keys.Doubt(8, _bytes, mac.KeyId, mac.Value));
        Assert.NotNull(keys.Doubt(7, [1, 2, 4], mac.KeyId, mac.Value));
        Assert.Equal("it has no MAC", keys.Doubt(7, _bytes, 1, []));
        Assert.Contains("which is not in", keys.Doubt(7, _bytes, 9, mac.Value), StringComparison.Ordinal);
    }

    [Fact]
    public void FirstKey_IsDerivedFromTheRootKey()
    {
        var mac = Keys().Make(7, _bytes);
        Directory.CreateDirectory(Path.Combine(_folder, "other", "keys"));
        File.Copy(Path.Combine(_folder, "keys", "root.key"), Path.Combine(_folder, "other", "keys", "root.key"));
        Assert.Null(GatewayKeys.ReadMacKeys(Path.Combine(_folder, "other"))!.Doubt(7, _bytes, mac.KeyId, mac.Value));
        Assert.Null(GatewayKeys.ReadMacKeys(Path.Combine(_folder, "nowhere")));
    }

    [Fact]
    public void AddedKey_SealsFromTheNextStartOn_AndRunningGatewaysKnowIt()
    {
        var running = Keys();
        var before = running.Make(7, _bytes);
        Add("0002.key", Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        var restarted = Keys();
        var after = restarted.Make(7, _bytes);
        Assert.Equal(2, after.KeyId);
        Assert.Null(running.Doubt(7, _bytes, after.KeyId, after.Value));
        Assert.Null(restarted.Doubt(7, _bytes, before.KeyId, before.Value));
    }

    [Fact]
    public void RetiredKey_ProvesSignedEvents_AndNothingNew()
    {
        var before = Keys().Make(7, _bytes);
        Add("0002.key", Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        Add("0001.retired", "");
        var keys = Keys();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signer = new LogSigner("log", key, TimeProvider.System, keys);
        Assert.Null(keys.Doubt(7, _bytes, before.KeyId, before.Value));
        Assert.Equal("its MAC names key 1, which is retired", signer.Doubt(7, _bytes, before.KeyId, before.Value));
        var after = keys.Make(7, _bytes);
        Assert.Null(signer.Doubt(7, _bytes, after.KeyId, after.Value));
    }

    [Theory]
    [InlineData("0002.key", "not hexadecimal")]
    [InlineData("second.key", "00")]
    [InlineData("0001.retired", "")]
    public void FileThatIsNotAKey_IsRefusedWithAClearMessage(string name, string text)
    {
        Keys();
        Add(name, text);
        Assert.Contains(Path.Combine(_folder, "keys", "mac"), Assert.Throws<CryptographicException>(Keys).Message, StringComparison.Ordinal);
    }

    private MacKeys Keys() => new GatewayKeys(new GatewayOptions { DataDirectory = _folder }).Macs;

    private void Add(string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "keys", "mac"));
        File.WriteAllText(Path.Combine(_folder, "keys", "mac", name), text);
    }
}
