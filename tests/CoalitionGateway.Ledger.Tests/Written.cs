using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace CoalitionGateway.Ledger.Tests;

/// <summary>
/// A value with its whole content, as text. Two records that contain a list or bytes are equal only if these are the same
/// objects. Their texts are equal if their contents are.
/// </summary>
internal static class Written
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> _properties = new();

    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string some:
                text.Append('"').Append(some).Append('"');
                break;
            case byte[] bytes:
                text.Append(Convert.ToHexStringLower(bytes));
                break;
            case DateTime time:
                text.Append(time.Ticks).Append(time.Kind);
                break;
            case Type:
                break;
            case IEnumerable values:
                text.Append('[');
                foreach (var each in values)
                {
                    Write(text, each);
                    text.Append(' ');
                }

                text.Append(']');
                break;
            case var some when some.GetType() is { IsPrimitive: true } or { IsEnum: true } || some is Guid or DateOnly:
                text.Append(some);
                break;
            default:
                text.Append(value.GetType().Name).Append('{');
                foreach (var property in _properties.GetOrAdd(value.GetType(), Properties))
                {
                    text.Append(property.Name).Append('=');
                    Write(text, property.GetValue(value));
                    text.Append(' ');
                }

                text.Append('}');
                break;
        }
    }

    // The parameters of the record's constructor, then what an initializer can set. Other properties follow from these and would
    // only be written twice.
    private static PropertyInfo[] Properties(Type type)
    {
        var made = type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First();
        var parameters = made.GetParameters().Select(parameter => type.GetProperty(parameter.Name!)!).ToArray();
        var names = parameters.Select(property => property.Name).ToHashSet();
        var others = type.GetProperties().Where(property => property.SetMethod is { IsPublic: true } && !names.Contains(property.Name));
        return [.. parameters, .. others];
    }
}
