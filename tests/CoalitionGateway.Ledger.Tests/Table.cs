using System.Collections;

namespace CoalitionGateway.Ledger.Tests;

/// <summary>A rule's table: a row's name says the circumstance, its last cell is what <see cref="Outcome.Of(Decision)"/> says.</summary>
internal sealed class Table : IEnumerable
{
    private readonly Dictionary<string, (Func<Decision> Decide, string Expected)> _rows = [];

    public void Add(string name, Func<Decision> decide, string expected) => _rows.Add(name, (decide, expected));

    public TheoryData<string> Names => [.. _rows.Keys];

    public void Check(string name)
    {
        var (decide, expected) = _rows[name];
        Assert.Equal(expected, Outcome.Of(decide()));
    }

    IEnumerator IEnumerable.GetEnumerator() => _rows.Keys.GetEnumerator();
}
