using System.Security.Cryptography;
using CoalitionGateway.Ledger.Proofs;

namespace CoalitionGateway.Ledger.Tests.Proofs;

public sealed class SignedNoteTests : IDisposable
{
    private const string _name = "coalition.example/log";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Checkpoint _checkpoint = new(_name, 7, MerkleTree.EmptyRoot);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Verify_SignedNote_ReturnsTheSignedText()
    {
        var note = SignedNote.Sign(_checkpoint.Text, _name, _key);
        var read = Checkpoint.Parse(SignedNote.Verify(note, SignedNote.VerifierKey(_name, _key))!)!;
        Assert.Equal((_name, 7L), (read.Origin, read.Size));
        Assert.Equal(_checkpoint.Root, read.Root);
    }

    [Fact]
    public void Verify_NoteWithASecondSignature_HoldsForBothKeys()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var theirs = SignedNote.Sign(_checkpoint.Text, "witness.example", other).Split("\n\n")[1];
        var note = SignedNote.Sign(_checkpoint.Text, _name, _key) + theirs;
        Assert.Equal(_checkpoint.Text, SignedNote.Verify(note, SignedNote.VerifierKey(_name, _key)));
        Assert.Equal(_checkpoint.Text, SignedNote.Verify(note, SignedNote.VerifierKey("witness.example", other)));
    }

    [Fact]
    public void Verify_AnyByteChanged_IsRefused()
    {
        // Signatures differ in length. So their base64 ends with or without spare bits.
        for (var paddings = new HashSet<int>(); paddings.Count < 3;)
        {
            var note = SignedNote.Sign(_checkpoint.Text, _name, _key);
            if (paddings.Add(note.Count(letter => letter == '=')))
            {
                RefusesEveryChangeOf(note);
            }
        }
    }

    private void RefusesEveryChangeOf(string signed)
    {
        var note = System.Text.Encoding.UTF8.GetBytes(signed);
        var key = SignedNote.VerifierKey(_name, _key);
        for (var i = 0; i < note.Length; i++)
        {
            var changed = note.ToArray();
            changed[i] ^= 1;
            Assert.Null(SignedNote.Verify(System.Text.Encoding.UTF8.GetString(changed), key));
        }
    }

    [Fact]
    public void Verify_AnotherKeyOfTheSameName_IsRefused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null(SignedNote.Verify(SignedNote.Sign(_checkpoint.Text, _name, _key), SignedNote.VerifierKey(_name, other)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("text")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n\u2014 coalition.example/log \n")]
    [InlineData("text\n\n\u2014 coalition.example/log AAAA\n")]
    public void Verify_NotANote_IsRefused(string note) => Assert.Null(SignedNote.Verify(note, SignedNote.VerifierKey(_name, _key)));

    [Theory]
    [InlineData("")]
    [InlineData("coalition.example/log")]
    [InlineData("coalition.example/log+00000000+Ag==")]
    [InlineData("coalition.example/log+zz+!")]
    public void Verify_NotAKey_IsRefused(string key) => Assert.Null(SignedNote.Verify(SignedNote.Sign(_checkpoint.Text, _name, _key), key));

    [Theory]
    [InlineData("")]
    [InlineData("origin\n7\n")]
    [InlineData("\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("origin\n-7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("origin\n07\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("origin\n7\n47DEQpj8\n")]
    public void Parse_NotACheckpoint_IsRefused(string text) => Assert.Null(Checkpoint.Parse(text));
}
