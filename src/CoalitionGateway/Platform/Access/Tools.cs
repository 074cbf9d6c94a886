using CoalitionGateway.Ledger;

namespace CoalitionGateway.Platform.Access;

/// <summary>Tools act for officers or operators by themselves. Their name as callers has a dot, which no person's id has.</summary>
internal static class Tools
{
    private const string _prefix = "tool.";

    public static string SubjectOf(string clientId) => _prefix + clientId;

    /// <summary>The client of a caller that is a tool; null if the caller is none.</summary>
    public static string? ClientOf(Caller caller) =>
        caller.Kind is CallerKind.Operator or CallerKind.Officer && caller.Id.StartsWith(_prefix, StringComparison.Ordinal) ? caller.Id[_prefix.Length..] : null;
}
