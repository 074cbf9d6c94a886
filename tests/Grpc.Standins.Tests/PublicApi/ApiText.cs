using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Grpc.Standins.Tests.PublicApi;

/// <summary>What reflection finds, written as the list writes it.</summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string OfAssembly(Assembly assembly)
    {
        var name = assembly.GetName();
        return $"{name.Name}, Version={name.Version}, PublicKeyToken={Convert.ToHexStringLower(name.GetPublicKeyToken()!)}";
    }

    public static bool IsVisible(Type type) =>
        type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!));

    public static string OfHeading(Type type)
    {
        var access = type.IsNestedFamORAssem ? "protected internal " : type.IsNestedFamily ? "protected " : "";
        return access + Kind(type) + " " + TypeText.Full(type) + TypeText.Constraints(type.GetGenericArguments()) + Attributes(type) + Variance(type);
    }

    public static IEnumerable<string> OfBases(Type type)
    {
        var interfaces = type.GetInterfaces().Select(each => TypeText.Of(each));
        return type.BaseType is null ? interfaces : interfaces.Append(TypeText.Of(type.BaseType));
    }

    public static IEnumerable<string> OfMembers(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name))}");
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return [$"delegate {Returned(invoke)} {TypeText.Of(type)}({Parameters(invoke)})"];
        }

        return
        [
            .. type.GetConstructors(Declared).Where(IsVisible).Select(each => $"{Access(each)} .ctor({Parameters(each)})"),
            .. type.GetFields(Declared).Where(each => each.IsPublic || each.IsFamily || each.IsFamilyOrAssembly).Select(OfField),
            .. type.GetMethods(Declared).Where(each => IsVisible(each) && !each.IsSpecialName).Select(OfMethod),
            .. type.GetMethods(Declared).Where(each => each.IsPrivate && each.Name.Contains('.', StringComparison.Ordinal))
                .Select(each => $"explicit implementation of {each.Name}({Parameters(each)})"),
            .. type.GetProperties(Declared).SelectMany(OfProperty),
        ];
    }

    private static string OfField(FieldInfo field) => field.IsLiteral
        ? $"public const {TypeText.Of(field.FieldType)} {field.Name} = \"{field.GetRawConstantValue()}\""
        : $"public {(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeText.Of(field.FieldType)} {field.Name}";

    private static string OfMethod(MethodInfo method)
    {
        var arguments = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(each => each.Name))}>" : "";
        return $"{Access(method)} {Modifier(method)}{Returned(method)} {method.Name}{arguments}({Parameters(method)})"
            + TypeText.Constraints(method.GetGenericArguments()) + Attributes(method);
    }

    private static IEnumerable<string> OfProperty(PropertyInfo property)
    {
        var type = TypeText.Of(property.PropertyType, new NullabilityInfoContext().Create(property));
        foreach (var (accessor, kind) in new[] { (property.GetMethod, "get"), (property.SetMethod, "set") })
        {
            if (accessor is not null && IsVisible(accessor))
            {
                var indices = property.GetIndexParameters();
                var name = indices.Length == 0 ? property.Name : $"this[{string.Join(", ", indices.Select(OfParameter))}]";
                yield return $"{Access(accessor)} {Modifier(accessor)}{type} {name} {{ {kind}; }}{Attributes(property)}";
            }
        }
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsValueType ? "struct"
        : type.IsInterface ? "interface"
        : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    private static string Modifier(MethodBase method) =>
        method.DeclaringType!.IsInterface ? ""
        : method.IsStatic ? "static "
        : method.IsAbstract ? "abstract "
        : !method.IsVirtual || method.IsFinal ? ""
        : ((MethodInfo)method).GetBaseDefinition() == method ? "virtual " : "override ";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? "public" : method.IsFamily ? "protected" : "protected internal";

    private static string Returned(MethodInfo method) => TypeText.Of(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter));

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(OfParameter));

    private static string OfParameter(ParameterInfo parameter)
    {
        var prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var type = TypeText.Of(parameter.ParameterType, new NullabilityInfoContext().Create(parameter));
        return $"{prefix}{type} {parameter.Name}{Default(parameter)}";
    }

    private static string Default(ParameterInfo parameter) => !parameter.HasDefaultValue ? "" : parameter.RawDefaultValue switch
    {
        null => parameter.ParameterType.IsValueType ? " = default" : " = null",
        bool value => value ? " = true" : " = false",
        var value => $" = {value}",
    };

    private static string Attributes(MemberInfo member)
    {
        var text = "";
        if (member.IsDefined(typeof(ExtensionAttribute)))
        {
            text += " [Extension]";
        }

        if (member is TypeInfo { IsEnum: true } && member.IsDefined(typeof(FlagsAttribute)))
        {
            text += " [Flags]";
        }

        if (member.GetCustomAttribute<AttributeUsageAttribute>(inherit: false) is { } usage)
        {
            text += $" [Usage((System.AttributeTargets){(int)usage.ValidOn}, AllowMultiple = {usage.AllowMultiple}, Inherited = {usage.Inherited})]";
        }

        if (member.GetCustomAttribute<DynamicallyAccessedMembersAttribute>() is { } accessed)
        {
            text += $" [DynamicallyAccessedMembers(({typeof(DynamicallyAccessedMemberTypes)}){(int)accessed.MemberTypes})]";
        }

        return text;
    }

    private static string Variance(Type type)
    {
        var variant = type.GetGenericArguments()
            .Select(each => (each.GenericParameterAttributes & GenericParameterAttributes.VarianceMask) switch
            {
                GenericParameterAttributes.Covariant => $"out {each.Name}",
                GenericParameterAttributes.Contravariant => $"in {each.Name}",
                _ => "",
            })
            .Where(each => each.Length > 0)
            .ToList();
        return type.IsInterface && variant.Count > 0 ? $" variance({string.Join(", ", variant)})" : "";
    }
}
