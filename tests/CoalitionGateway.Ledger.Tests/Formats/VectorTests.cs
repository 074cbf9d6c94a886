using System.Text.Json.Nodes;
using CoalitionGateway.Ledger.Proofs;

namespace CoalitionGateway.Ledger.Tests.Formats;

/// <summary>
/// The files of docs/formats/vectors are what this code makes and checks; tests/clients/node checks them by the pages alone.
/// </summary>
public sealed class VectorTests
{
    // Before any test reads them.
    static VectorTests() => DocumentedFile.Write(
        () => Vectors.Files().ToDictionary(file => Vectors.Folder + file.Key, file => file.Value));

    [Fact]
    public void Vectors_AreWhatTheCodeMakes() =>
        Assert.All(Vectors.Files(), file => DocumentedFile.Check(Vectors.Folder + file.Key, file.Value));

    [Fact]
    public void Vectors_OfEachKind_HoldUnderTheirKey()
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
    public void Forgeries_AreEachRefused_ForTheReasonThatIsWrittenThere()
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
