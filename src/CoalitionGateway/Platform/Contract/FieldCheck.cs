using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace CoalitionGateway.Platform.Contract;

/// <summary>The check of one field, by its rule and its type.</summary>
internal abstract class FieldCheck(FieldDescriptor checkedField, V1.FieldRule rule)
{
    private const string _missing = "is missing.";

    public FieldDescriptor Field => checkedField;

    protected V1.FieldRule Rule => rule;

    /// <summary>The check of a field; null if every value is valid.</summary>
    /// <exception cref="NotSupportedException">A map, or a field of a type that no request has.</exception>
    public static FieldCheck? Of(FieldDescriptor field)
    {
        var given = field.GetOptions()?.GetExtension(V1.AnnotationsExtensions.Rule);
        var rule = given ?? new V1.FieldRule { Optional = true };
        return (field.FieldType, field.IsRepeated) switch
        {
            (FieldType.String, false) => new Text(field, rule),
            (FieldType.String, true) => new TextList(field, rule),
            (FieldType.Message, true) when field.IsMap => throw new NotSupportedException($"{field.FullName} is a map; no request has one."),
            (FieldType.Message, true) => new MessageList(field, rule),
            (FieldType.Message, false) when field.MessageType.File.Package != V1.AnnotationsReflection.Descriptor.Package && given is null => null,
            (FieldType.Message, false) when field.MessageType == Timestamp.Descriptor => new Time(field, rule),
            (FieldType.Message, false) when field.MessageType == V1.Money.Descriptor => new Amount(field, rule),
            (FieldType.Message, false) => new Message(field, rule),
            _ when given is null => null,
            (FieldType.Enum, false) => new Choice(field, rule),
            (FieldType.Enum, true) => new ChoiceList(field, rule),
            (FieldType.Int32 or FieldType.Int64, false) => new Number(field, rule),
            _ => throw new NotSupportedException($"{field.FullName} is of a type that no rule is made for."),
        };
    }

    /// <summary>The problems of a value, and their places below the field; null if there are none.</summary>
    public abstract (string Below, string Problem)[]? Faults(object? value, TimeProvider clock);

    /// <summary>The messages whose own fields are checked too, and their places below the field.</summary>
    public virtual IEnumerable<(string Below, IMessage Message)> Inner(object? value) => [];

    private (string Below, string Problem)[] Says(string problem) => [("", rule.Says.Length > 0 ? rule.Says : problem)];

    private (string Below, string Problem)[]? TooMany(int count) =>
        rule.Max > 0 && count > rule.Max ? Says($"has {count} entries; send at most {rule.Max}.") : null;

    private (string Below, string Problem)[]? Missing(string problem = _missing) => rule.Optional ? null : Says(problem);

    private static string Names(EnumDescriptor type) => string.Join(", ", type.Values.Where(value => value.Number != 0).Select(value => value.Name));

    private sealed class Text(FieldDescriptor field, V1.FieldRule rule) : FieldCheck(field, rule)
    {
        private readonly TextForm? _form = TextForm.Of(rule);

        public override (string Below, string Problem)[]? Faults(object? value, TimeProvider clock)
        {
            var text = (string)value!;
            return text.Length == 0 ? Missing(_form?.Missing ?? _missing)
                : text.Contains('\0', StringComparison.Ordinal) ? [("", TextForm.Nul)]
                : _form?.Problem(text, clock) is { } problem ? Says(problem)
                : null;
        }
    }

    private sealed class TextList(FieldDescriptor field, V1.FieldRule rule) : FieldCheck(field, rule)
    {
        private readonly TextForm? _form = TextForm.Of(rule);

        public override (string Below, string Problem)[]? Faults(object? value, TimeProvider clock)
        {
            var texts = (IList<string>)value!;
            return texts.Count == 0 ? Missing()
                : texts.Any(text => text.Contains('\0', StringComparison.Ordinal)) ? [("", TextForm.Nul)]
                : TooMany(texts.Count) ?? Wrong(texts, clock);
        }

        private (string Below, string Problem)[]? Wrong(IList<string> texts, TimeProvider clock)
        {
            for (var i = 0; _form is not null && i < texts.Count; i++)
            {
                if (_form.Problem(texts[i], clock) is { } problem)
                {
                    return [($"[{i}]", problem)];
                }
            }

            return null;
        }
    }

    private sealed class Number(FieldDescriptor field, V1.FieldRule rule) : FieldCheck(field, rule)
    {
        private readonly string _problem = (rule.Step, rule.Min, rule.Max) switch
        {
            ( > 0, var min, 0) => $"must be a multiple of {rule.Step}, {min} or more.",
            ( > 0, var min, var max) => $"must be a multiple of {rule.Step}, {min} to {max}.",
            (_, 0, 0) => "must not be negative.",
            (_, 1, 0) => "must be more than 0.",
            (_, var min, 0) => $"must be {min} or more.",
            (_, var min, var max) => $"must be {min} to {max}.",
        };

        public override (string Below, string Problem)[]? Faults(object? value, TimeProvider clock)
        {
            var number = value is int small ? small : (long)value!;
            var holds = (number == 0 && Rule.Optional)
                || (number >= Rule.Min && (Rule.Max == 0 || number <= Rule.Max) && (Rule.Step == 0 || number % Rule.Step == 0));
            return holds ? null : Says(_problem);
        }
    }

    private sealed class Choice(FieldDescriptor field, V1.FieldRule rule) : FieldCheck(field, rule)
    {
        private readonly string _problem = $"must be one of {Names(field.EnumType)}.";

        public override (string Below, string Problem)[]? Faults(object? value, TimeProvider clock) =>
            (int)value! is var number && (number == 0 ? Rule.Optional : Field.EnumType.FindValueByNumber(number) is not null) ? null : Says(_problem);
    }

    private sealed class ChoiceList(FieldDescriptor field, V1.FieldRule rule) : FieldCheck(field, rule)
    {
        private readonly string _problem = $"must be one or more of {Names(field.EnumType)}, each once.";

        public override (string Below, string Problem)[]? Faults(object? value, TimeProvider clock)
        {
            int[] numbers = [.. from object one in (IEnumerable)value! select (int)one];
            var hold = numbers.Length == 0 ? Rule.Optional
                : numbers.Distinct().Count() == numbers.Length && numbers.All(number => number != 0 && Field.EnumType.FindValueByNumber(number) is not null);
            return hold ? null : Says(_problem);
        }
    }

    private sealed class Time(FieldDescriptor field, V1.FieldRule rule) : FieldCheck(field, rule)
    {
        public override (string Below, string Problem)[]? Faults(object? value, TimeProvider clock) =>
            value is not Timestamp time ? Missing()
            : TimeForm.Problem(time, Rule.Form == V1.FieldForm.PastTime ? clock.GetUtcNow() : null) is { } problem ? Says(problem)
            : null;
    }

    private sealed class Amount(FieldDescriptor field, V1.FieldRule rule) : FieldCheck(field, rule)
    {
        public override (string Below, string Problem)[]? Faults(object? value, TimeProvider clock) =>
            value is V1.Money money ? AmountForm.Faults(money, Rule.Form == V1.FieldForm.Amount) : Missing();
    }

    private sealed class Message(FieldDescriptor field, V1.FieldRule rule) : FieldCheck(field, rule)
    {
        private readonly IMessage _empty = field.MessageType.Parser.ParseFrom(ByteString.Empty);

        public override (string Below, string Problem)[]? Faults(object? value, TimeProvider clock) => null;

        /// <summary>A missing required message is checked like an empty one, so that all its missing fields are named.</summary>
        public override IEnumerable<(string Below, IMessage Message)> Inner(object? value) =>
            ((IMessage?)value ?? (Rule.Optional ? null : _empty)) is { } inner ? [("", inner)] : [];
    }

    private sealed class MessageList(FieldDescriptor field, V1.FieldRule rule) : FieldCheck(field, rule)
    {
        public override (string Below, string Problem)[]? Faults(object? value, TimeProvider clock) =>
            ((IList)value!).Count == 0 ? Missing() : TooMany(((IList)value).Count);

        public override IEnumerable<(string Below, IMessage Message)> Inner(object? value)
        {
            var messages = (IList)value!;

            // A list that is too long is refused as a whole.
            for (var i = 0; i < messages.Count && (Rule.Max == 0 || messages.Count <= Rule.Max); i++)
            {
                yield return ($"[{i}]", (IMessage)messages[i]!);
            }
        }
    }
}
