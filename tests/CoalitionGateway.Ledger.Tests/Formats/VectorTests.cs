using System.Text.Json.Nodes;
using CoalitionGateway.Ledger.Proofs;

namespace CoalitionGateway.Ledger.Tests.Formats;

/// <summary>
/// This code makes and checks the files of docs/formats/vectors. tests/clients/node checks the same files with nothing but the
/// pages.
/// </summary>
public sealed class VectorTests
{
    // Runs before any test reads the files.
    static VectorTests() => DocumentedFile.Write(
        () => Vectors.Files().ToDictionary(file => Vectors.Folder + file.Key, file => file.Value));

    [Fact]
    public void Vectors_MatchTheCode() =>
        Assert.All(Vectors.Files(), file => DocumentedFile.Check(Vectors.Folder + file.Key, file.Value));

    [Fact]
    public void Vectors_EachKind_VerifyUnderTheirKey()
    {
        var key = DocumentedFile.Read(Vectors.Folder + Vectors.Key)!.Trim();
        Assert.All(Vectors.Names, name =>
        {
            var verdict = Vectors.Check(DocumentedFile.Read(Vectors.Folder + name)!, key);
            Assert.Empty(verdict.Problems);
            Assert.NotEmpty(verdict.Says);
        });
    }

    [Fact]
    public void Forgeries_EachOne_IsRefusedForItsWrittenReason()
    {
        var key = DocumentedFile.Read(Vectors.Folder + Vectors.Key)!.Trim();
        Assert.All(JsonNode.Parse(DocumentedFile.Read(Vectors.Folder + Vectors.Forged)!)!.AsArray(), forgery =>
        {
            var (reason, text) = (forgery!["refused"]!.GetValue<string>(), forgery["file"]!.GetValue<string>());
            Assert.NotEmpty(reason);
            try
            {
                Assert.Equal(reason, string.Join(' ', Vectors.Check(text, key).Problems));
            }
            catch (FormatException wrong)
            {
                Assert.Equal(reason, wrong.Message);
            }
        });
    }
}
