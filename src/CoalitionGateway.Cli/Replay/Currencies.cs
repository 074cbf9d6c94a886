using System.Collections.Frozen;

namespace CoalitionGateway.Cli.Replay;

/// <summary>The codes of ISO 4217: those in use, and those withdrawn since 2010, which older files have.</summary>
internal static class Currencies
{
    private static readonly FrozenSet<string> _withdrawn =
        "BYR CUC EEK HRK LTL LVL MRO SLL STD USS VEF XFU ZMK ZWL".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static bool Has(string code) => Ledger.Currencies.Has(code) || _withdrawn.Contains(code);
}
