using FsCheck;
using FsCheck.Fluent;

namespace CoalitionGateway.Ledger.Tests.Properties;

/// <summary>
/// How long the properties run. The seed is fixed, so that a build fails only because of a change in it. SOAK=1 runs far longer
/// with a new seed, which FsCheck prints when a property fails.
/// </summary>
internal static class Sizes
{
    public static readonly bool Soaks = Environment.GetEnvironmentVariable("SOAK") == "1";

    private static readonly Replay _seed = new(new Rnd(20260301), Microsoft.FSharp.Core.FSharpOption<int>.None);

    /// <summary>Whole numbers of any magnitude in a range. The ends and small numbers are frequent.</summary>
    public static Gen<long> Between(long least, long most) => Gen.Frequency(
        (1, Gen.Constant(least)),
        (1, Gen.Constant(most)),
        (8, from bits in Gen.Choose(0, 63)
            from high in Gen.Choose(0, int.MaxValue)
            from low in Gen.Choose(0, int.MaxValue)
            let any = (UInt128)(((ulong)(uint)high << 33) ^ ((ulong)(uint)low << 2)) >> bits
            select (long)(least + (Int128)(any % ((UInt128)((Int128)most - least) + 1)))));

    /// <summary>Asserts for this many generated values; 25 times as many in a soak.</summary>
    public static void Check<T>(Gen<T> values, Action<T> assert, int times = 1000) => Check(values.ToArbitrary(), assert, times);

    public static void Check<T>(Arbitrary<T> values, Action<T> assert, int times)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(Soaks ? times * 25 : times);
        Prop.ForAll(values, assert).Check(Soaks ? config : config.WithReplay(_seed));
    }
}
