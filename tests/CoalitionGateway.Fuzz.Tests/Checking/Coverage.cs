using System.Collections.Concurrent;
using CoalitionGateway.V1;

namespace CoalitionGateway.Fuzz.Tests.Checking;

/// <summary>Counts the methods that were answered OK and the reasons that were reached.</summary>
internal sealed class Coverage
{
    private readonly ConcurrentDictionary<string, int> _answered = new();
    private readonly ConcurrentDictionary<string, int> _reasons = new();

    /// <summary>The reasons of the contract, as the wire carries them.</summary>
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
