using FsCheck;
using FsCheck.Fluent;

namespace CoalitionGateway.Ledger.Tests.Properties;

/// <summary>Generates scenarios, and shrinks a failing one by leaving out steps.</summary>
internal static class AnyScenario
{
    private static readonly Gen<Deed> _deed = Frequency(
        (18, Deed.Earn), (12, Deed.Reverse), (6, Deed.Return), (12, Deed.Transfer), (1, Deed.CreatePool), (8, Deed.Invite), (9, Deed.Accept),
        (10, Deed.Contribute), (7, Deed.Withdraw), (2, Deed.Leave), (4, Deed.MakeCode), (5, Deed.Link), (4, Deed.Choose), (4, Deed.GiveConsent),
        (8, Deed.WithdrawConsent), (8, Deed.RequestConsent), (6, Deed.Disclose), (2, Deed.Enrol), (3, Deed.Publish), (1, Deed.Agree), (1, Deed.AgreePurposes), (3, Deed.Close),
        (5, Deed.UseRight), (5, Deed.Office), (10, Deed.Repeat), (4, Deed.Reuse));

    // Sometimes long enough for a code (10 minutes) or an invitation (14 days) to end.
    private static readonly Gen<TimeSpan> _pause = Gen.Frequency(
        (60, Gen.Choose(0, 60_000_000).Select(micros => TimeSpan.FromMicroseconds(micros))),
        (3, Gen.Constant(TimeSpan.FromMinutes(6))),
        (1, Gen.Constant(TimeSpan.FromDays(8))));

    private static readonly Gen<Step> _step =
        from deed in _deed
        from who in Gen.Choose(0, 11)
        from what in Gen.Choose(0, 999)
        from amount in Gen.Choose(0, 999)
        from pause in _pause
        select new Step(deed, who, what, amount, pause);

    public static Arbitrary<Scenario> OfLength(int steps) =>
        Arb.From(Gen.ArrayOf(_step, steps).Select(all => new Scenario(all)), Smaller);

    private static IEnumerable<Scenario> Smaller(Scenario scenario)
    {
        var steps = scenario.Steps;
        for (var part = steps.Count / 2; part > 0; part /= 2)
        {
            for (var at = 0; at < steps.Count; at += part)
            {
                yield return new Scenario([.. steps.Take(at), .. steps.Skip(at + part)]);
            }
        }
    }

    private static Gen<Deed> Frequency(params (int, Deed)[] deeds) => Gen.Frequency([.. deeds.Select(pair => (pair.Item1, Gen.Constant(pair.Item2)))]);
}
