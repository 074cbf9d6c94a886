using System.Reflection;

namespace Grpc.Standins.Tests.PublicApi;

/// <summary>Type names as the list writes them: everyday namespaces left out, nested types with a dot, '?' where null is allowed.</summary>
internal static class TypeText
{
    private static readonly HashSet<string> Unnamed =
        ["Grpc.Core", "System", "System.Threading", "System.Threading.Tasks", "System.Collections.Generic"];

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(int)] = "int",
        [typeof(object)] = "object", [typeof(string)] = "string", [typeof(void)] = "void",
    };

    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        var name = type.IsArray
            ? Of(type.GetElementType()!, nullability?.ElementType) + "[]"
            : Keywords.GetValueOrDefault(type) ?? Qualified(type, nullability);
        var allowsNull = !type.IsValueType && !type.IsGenericParameter && nullability?.ReadState == NullabilityState.Nullable;
        return allowsNull ? name + "?" : name;
    }

    /// <summary>The type's own name, always with its namespace.</summary>
    public static string Full(Type type) => type.Namespace + "." + WithoutNamespace(type, null);

    public static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Select(parameter =>
    {
        List<string> constraints = [.. parameter.GetGenericParameterConstraints().Select(type => Of(type))];
        if (parameter.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            constraints.Insert(0, "class");
        }

        return constraints.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", constraints)}";
    }));

    private static string Qualified(Type type, NullabilityInfo? nullability) =>
        type.IsGenericParameter ? type.Name
        : Unnamed.Contains(type.Namespace!) ? WithoutNamespace(type, nullability)
        : type.Namespace + "." + WithoutNamespace(type, nullability);

    private static string WithoutNamespace(Type type, NullabilityInfo? nullability)
    {
        var name = type.Name.Split('`')[0];
        if (type.Name.Contains('`', StringComparison.Ordinal))
        {
            var arguments = type.GetGenericArguments().Select((argument, i) => Of(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(i)));
            name += $"<{string.Join(", ", arguments)}>";
        }

        return type.IsNested ? $"{WithoutNamespace(type.DeclaringType!, null)}.{name}" : name;
    }
}
