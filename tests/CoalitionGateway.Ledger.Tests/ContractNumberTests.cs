using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using CoalitionGateway.Ledger.Clients;
using CoalitionGateway.Ledger.Programmes;

namespace CoalitionGateway.Ledger.Tests;

/// <summary>Reasons, purposes and similar values are stored as numbers and sent as names. Both must match the contract.</summary>
public sealed partial class ContractNumberTests
{
    public static TheoryData<RefusalReason> Reasons => [.. RefusalReason.All];

    // The contract has more reasons, for refusals that no rule of the ledger makes.
    [Theory]
    [MemberData(nameof(Reasons))]
    public void RefusalReason_HasNumberAndNameOfAnErrorReason(RefusalReason reason) =>
        Assert.Contains((Spelled("ERROR_REASON", reason), reason.Number), Contract("error_reason", "ERROR_REASON"));

    [Fact]
    public void Purpose_HasTheContractsNumbersAndNames() => AssertSame<Purpose>("consent", "PURPOSE");

    [Fact]
    public void DataCategory_HasTheContractsNumbersAndNames() => AssertSame<DataCategory>("annotations", "DATA_CATEGORY");

    [Fact]
    public void CallerKind_HasTheContractsNumbersAndNames() => AssertSame<CallerKind>("annotations", "CALLER_KIND");

    [Fact]
    public void Rounding_HasTheContractsNumbersAndNames() => AssertSame<Rounding>("programme", "ROUNDING");

    [Fact]
    public void SenderConstraint_HasTheContractsNumbersAndNames() => AssertSame<SenderConstraint>("client", "SENDER_CONSTRAINT");

    [Fact]
    public void DisclosureBasis_HasTheContractsNumbersAndNames() => AssertSame<DisclosureBasis>("audit", "DISCLOSURE_BASIS");

    private static void AssertSame<TEnum>(string file, string prefix)
        where TEnum : struct, Enum => Assert.Equal(
            Contract(file, prefix).Where(value => value.Number != 0),
            Enum.GetValues<TEnum>().Select(value => (Spelled(prefix, value), Convert.ToInt32(value))));

    private static string Spelled<TValue>(string prefix, TValue value)
        where TValue : struct => $"{prefix}_{Capital().Replace(value.ToString()!, "_$0").ToUpperInvariant()}";

    private static (string Name, int Number)[] Contract(string file, string prefix)
    {
        var proto = File.ReadAllText(Path.Combine(Root(), "protos", "coalition", "gateway", "v1", $"{file}.proto"));
        return [.. Value().Matches(proto).Select(match => (Name: match.Groups[1].Value, int.Parse(match.Groups[2].Value)))
            .Where(value => value.Name.StartsWith($"{prefix}_", StringComparison.Ordinal))];
    }

    /// <summary>The repository, found upwards from this source file: the build's output may lie outside of it.</summary>
    private static string Root([CallerFilePath] string here = "") =>
        Up(AppContext.BaseDirectory) ?? Up(Path.GetDirectoryName(here)!) ?? throw new InvalidOperationException($"There is no CoalitionGateway.sln above {here}.");

    private static string? Up(string from)
    {
        var at = new DirectoryInfo(from);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "CoalitionGateway.sln")))
        {
            at = at.Parent;
        }

        return at?.FullName;
    }

    [GeneratedRegex(@"(?<=.)[A-Z]")]
    private static partial Regex Capital();

    [GeneratedRegex(@"^\s*([A-Z_]+)\s*=\s*(\d+)( \[\(code\) = \w+\])?;", RegexOptions.Multiline)]
    private static partial Regex Value();
}
