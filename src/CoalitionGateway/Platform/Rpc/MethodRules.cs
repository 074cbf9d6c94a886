using System.Collections.Frozen;
using CoalitionGateway.Ledger;
using Google.Protobuf.Reflection;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>The callers and the scopes of a method: the contract's option "access".</summary>
/// <param name="IsRead">Whether the method has no request id. It changes nothing but the record of reads.</param>
/// <param name="MaxSignInAge">How long ago a member may have signed in; null: any time.</param>
/// <param name="MayLag">Whether the method may read from a standby: the contract's option "may_lag".</param>
internal sealed record MethodRule(string FullName, IReadOnlySet<CallerKind> Callers, IReadOnlyList<string> Scopes, bool MayLag = false, bool IsRead = false, TimeSpan? MaxSignInAge = null);

/// <summary>The rules of all methods, read once from the descriptors. A method without a rule serves no caller.</summary>
internal static class MethodRules
{
    /// <summary>The authorization policy that enforces the rules.</summary>
    public const string Policy = "method-access";

    /// <summary>The coalition's services.</summary>
    public static readonly IReadOnlyList<ServiceDescriptor> Services =
    [
        .. new[]
        {
            V1.ProposalReflection.Descriptor, V1.PeopleReflection.Descriptor, V1.ClientReflection.Descriptor, V1.ProgrammeReflection.Descriptor, V1.MemberReflection.Descriptor,
            V1.SignInReflection.Descriptor, V1.EarningReflection.Descriptor, V1.RuleReflection.Descriptor, V1.MovementReflection.Descriptor, V1.RewardReflection.Descriptor,
            V1.TransferReflection.Descriptor, V1.PoolReflection.Descriptor, V1.ConsentReflection.Descriptor,
            V1.AuditReflection.Descriptor, V1.PrivacyReflection.Descriptor, V1.ComplianceReflection.Descriptor,
        }.SelectMany(file => file.Services),
    ];

    // Reflection is not a method of the contract. If it is closed, it serves operators.
    private static readonly FrozenDictionary<string, MethodRule> _rules = Of(Services)
        .Concat(new[] { "grpc.reflection.v1", "grpc.reflection.v1alpha" }
            .Select(package => new MethodRule($"{package}.ServerReflection.ServerReflectionInfo", new HashSet<CallerKind> { CallerKind.Operator }, []))
            .Select(rule => KeyValuePair.Create($"/{rule.FullName.Replace(".ServerReflectionInfo", "/ServerReflectionInfo", StringComparison.Ordinal)}", rule)))
        .ToFrozenDictionary();

    /// <summary>All scopes that a method asks for.</summary>
    public static readonly IReadOnlyList<string> Scopes = [.. _rules.Values.SelectMany(rule => rule.Scopes).Distinct()];

    /// <summary>The rule for a path such as "/coalition.gateway.v1.TransferService/CreateTransfer".</summary>
    public static MethodRule? Find(string path) => _rules.GetValueOrDefault(path);

    /// <summary>All scopes of the methods that serve a kind of caller. Clients of that kind may ask for them.</summary>
    public static IReadOnlyList<string> ScopesFor(CallerKind kind) =>
        [.. _rules.Values.Where(rule => rule.Callers.Contains(kind)).SelectMany(rule => rule.Scopes).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The rules of services by path. A method without the option has no rule.</summary>
    internal static Dictionary<string, MethodRule> Of(IEnumerable<ServiceDescriptor> services) => services
        .SelectMany(service => service.Methods)
        .Select(method => (Path: $"/{method.Service.FullName}/{method.Name}", Rule: Read(method)))
        .Where(found => found.Rule is not null)
        .ToDictionary(found => found.Path, found => found.Rule!);

    private static MethodRule? Read(MethodDescriptor method) =>
        method.GetOptions()?.GetExtension(V1.AnnotationsExtensions.Access) is { Callers.Count: > 0 } access
            ? new MethodRule(method.FullName, access.Callers.Select(caller => (CallerKind)(int)caller).ToHashSet(), [.. access.Scopes], method.GetOptions().GetExtension(V1.AnnotationsExtensions.MayLag), IsRead: method.InputType.FindFieldByName("request_id") is null && !method.IsClientStreaming,
                MaxSignInAge: access.MaxSignInAgeSeconds > 0 ? TimeSpan.FromSeconds(access.MaxSignInAgeSeconds) : null)
            : null;
}
