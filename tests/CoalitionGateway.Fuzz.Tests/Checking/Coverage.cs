using System.Collections.Concurrent;
using CoalitionGateway.V1;

namespace CoalitionGateway.Fuzz.Tests.Checking;

/// <summary>Which methods were answered OK, and which reasons were reached, how often.</summary>
internal sealed class Coverage
{
    private readonly ConcurrentDictionary<string, int> _answered = new();
    private readonly ConcurrentDictionary<string, int> _reasons = new();

    /// <summary>The reasons of the contract, as they are on the wire.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        .. ErrorReasonReflection.Descriptor.EnumTypes.Single(found => found.Name == nameof(ErrorReason)).Values
            .Where(value => value.Number != 0).Select(value => value.Name["ERROR_REASON_".Length..]),
    ];

    public IReadOnlyDictionary<string, int> Answered => _answered;

    public IReadOnlyDictionary<string, int> Reasons => _reasons;

    public void Answer(string method) => _answered.AddOrUpdate(method, 1, (_, count) => count + 1);

    public void Refuse(string reason) => _reasons.AddOrUpdate(reason, 1, (_, count) => count + 1);
}
