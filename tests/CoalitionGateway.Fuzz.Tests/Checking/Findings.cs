using System.Collections.Concurrent;

namespace CoalitionGateway.Fuzz.Tests.Checking;

/// <summary>What was found, one of a kind whole and the others counted.</summary>
internal sealed class Findings
{
    private readonly ConcurrentDictionary<string, (string First, int Count)> _kinds = new();

    public bool AreNone => _kinds.IsEmpty;

    /// <param name="kind">What is wrong, without anything that differs from one to the next.</param>
    /// <param name="input">What led to it, so that it can be sent again.</param>
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
