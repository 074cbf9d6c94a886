using System.Collections;

namespace CoalitionGateway.Ledger.Tests;

/// <summary>
/// A rule's table. A row's name is the circumstance; its last cell is the text of <see cref="Outcome.Of(Decision)"/>.
/// </summary>
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
