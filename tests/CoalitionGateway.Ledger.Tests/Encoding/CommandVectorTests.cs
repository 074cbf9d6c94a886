using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Earning;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Tests.Encoding;

public sealed class CommandVectorTests
{
    // Found by reflection: a command without a sample or a vector fails here.
    public static TheoryData<string> Methods =>
        [.. typeof(Command).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Encode_OfEachCommand_IsPinned(string method) => Assert.Equal(CommandVectors.All[method], Hex(CommandSamples.All[method].First));

    /// <summary>Values that the gateway proposes or looks up for itself are not part of the caller's request.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void Encode_RetryWithOtherProposals_GivesTheSameBytes(string method)
    {
        var (first, retry) = CommandSamples.All[method];

        Assert.NotEqual(Written.Of(first), Written.Of(retry));
        Assert.Equal(Hex(first), Hex(retry));
    }

    [Fact]
    public void Encode_CategoriesInAnotherOrder_GivesTheSameBytes()
    {
        var command = (GiveConsent)CommandSamples.All["GiveConsent"].First;

        Assert.Equal(Hex(command), Hex(command with { Categories = [.. command.Categories.Reverse()] }));
        Assert.NotEqual(Hex(command), Hex(command with { Categories = [DataCategory.Location] }));
    }

    [Fact]
    public void Encode_NoAmount_DiffersFromEveryAmount()
    {
        var command = (ReversePurchase)CommandSamples.All["ReversePurchase"].First with { Amount = null };

        Assert.Equal("01" + "00000007" + "6265616e657279" + "00000006" + "522d31303031" + "00" + "00" + "00000006" + "562d34303034", Hex(command));
    }

    private static string Hex(Command command)
    {
        var writer = new CanonicalWriter();
        command.Encode(writer);
        return Convert.ToHexStringLower(writer.ToArray());
    }
}
