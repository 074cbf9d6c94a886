using System.Text;
using CoalitionGateway.Privacy;

namespace CoalitionGateway.Tests.Privacy;

/// <summary>A document is complete, wherever its parts end.</summary>
public sealed class PersonalDocumentTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Parts_PiecesEndNearAPartBoundary_MakeTheWholeDocument(int left)
    {
        string[] pieces = [new string('a', PersonalDocument.PartBytes - left), "é€😀", new string('b', PersonalDocument.PartBytes), "😀", ""];
        var parts = new List<byte[]>();
        await foreach (var part in PersonalDocument.Parts(pieces.ToAsyncEnumerable(), TestContext.Current.CancellationToken))
        {
            parts.Add(part.ToArray());
        }

        Assert.Equal(string.Concat(pieces), Encoding.UTF8.GetString([.. parts.SelectMany(part => part)]));
        Assert.All(parts.SkipLast(1), part => Assert.InRange(part.Length, PersonalDocument.PartBytes - 3, PersonalDocument.PartBytes));
    }
}
