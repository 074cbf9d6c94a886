using System.Collections.Frozen;

namespace CoalitionGateway.Ledger;

/// <summary>
/// The currencies of ISO 4217 with the number of decimal digits of their minor units. The list includes ANG and BGN,
/// withdrawn in 2025 and 2026, because purchases in them may still arrive. It excludes codes without their own minor
/// unit: metals, the test code and special drawing rights.
/// </summary>
public static class Currencies
{
    private const int _digitsOfMicros = 6;

    // A code has two digits unless another list below names it.
    private const string _all = """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
        CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
        HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD
        MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
        SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU
        UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
        """;

    private const string _withoutMinorUnit = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
    private const string _withThreeDigits = "BHD IQD JOD KWD LYD OMR TND";
    private const string _withFourDigits = "CLF UYW";

    private static readonly FrozenDictionary<string, int> _digits = Codes(_all)
        .Select(code => KeyValuePair.Create(code, 2))
        .Concat(Codes(_withoutMinorUnit).Select(code => KeyValuePair.Create(code, 0)))
        .Concat(Codes(_withThreeDigits).Select(code => KeyValuePair.Create(code, 3)))
        .Concat(Codes(_withFourDigits).Select(code => KeyValuePair.Create(code, 4)))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All codes.</summary>
    public static IEnumerable<string> All => _digits.Keys.Order(StringComparer.Ordinal);

    public static bool Has(string code) => _digits.ContainsKey(code);

    /// <summary>The digits after the decimal sign of an amount, such as 2 for EUR; null for an unknown code.</summary>
    public static int? Digits(string code) => _digits.TryGetValue(code, out var digits) ? digits : null;

    /// <summary>The currency's minor unit in micros, such as 10,000 for a cent; null for an unknown code.</summary>
    public static long? MinorUnitMicros(string code)
    {
        if (!_digits.TryGetValue(code, out var digits))
        {
            return null;
        }

        var micros = 1L;
        for (var i = digits; i < _digitsOfMicros; i++)
        {
            micros *= 10;
        }

        return micros;
    }

    /// <summary>The codes that differ from a text only in case or by one letter, in alphabetical order.</summary>
    public static IReadOnlyList<string> Near(string text)
    {
        var letters = text.Trim().ToUpperInvariant();
        if (letters.Length is < 2 or > 4)
        {
            return [];
        }

        return Has(letters) ? [letters] : [.. All.Where(code => IsNear(letters, code))];
    }

    /// <summary>Whether changing, adding or dropping one letter turns the letters into the code.</summary>
    private static bool IsNear(string letters, string code) => letters.Length switch
    {
        2 => Enumerable.Range(0, code.Length).Any(i => code.Remove(i, 1) == letters),
        3 => letters.Zip(code).Count(pair => pair.First != pair.Second) == 1,
        _ => Enumerable.Range(0, letters.Length).Any(i => letters.Remove(i, 1) == code),
    };

    private static string[] Codes(string list) => list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
