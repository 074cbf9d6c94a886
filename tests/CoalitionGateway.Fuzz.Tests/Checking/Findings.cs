using System.Collections.Concurrent;

namespace CoalitionGateway.Fuzz.Tests.Checking;

/// <summary>The findings of a run: the first of each kind in full, the others counted.</summary>
internal sealed class Findings
{
    private readonly ConcurrentDictionary<string, (string First, int Count)> _kinds = new();

    public bool AreNone => _kinds.IsEmpty;

    /// <param name="kind">The fault, without anything that differs between two findings of the same kind.</param>
    /// <param name="input">The input that caused it, in a form that can be sent again.</param>
    public void Add(string kind, string input)
    {
        if (_kinds.AddOrUpdate(kind, _ => (input, 1), (_, found) => (found.First, found.Count + 1)).Count == 1)
        {
            Settings.Tell($"FOUND: {kind}\n  {input}");
        }
    }

    public override string ToString() =>
        string.Join("\n", _kinds.OrderByDescending(kind => kind.Value.Count).Select(kind => $"{kind.Value.Count} times: {kind.Key}\n    {kind.Value.First}"));
}
