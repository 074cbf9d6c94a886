using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Ledger.Disclosure;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace CoalitionGateway.Platform.Disclosure;

/// <summary>
/// The gate through which a member's data leaves to a partner. The contract names the fields and their categories. A
/// command decides and records the release of each field. All other fields are cleared from the answer. A field without
/// a category is never released.
/// </summary>
internal sealed class DisclosureGate(CommandJournal journal, NoticesInForce notices)
{
    /// <summary>Decides and records which data the caller gets. Read the member's data after this call, never before.</summary>
    /// <exception cref="RefusedException">The caller has no such member. The refusal is recorded too.</exception>
    public async Task<MemberDisclosed> Disclose(Caller caller, string number, Purpose purpose, MessageDescriptor message) =>
        await journal.Submit<Event>(
            new Disclose(caller.NewContext(Guid.CreateVersion7()), caller.PartnerId(), number, purpose, [.. Classified(message)], notices)) switch
        {
            DisclosureRefused refused => throw new RefusedException(refused.Refusal),
            var made => (MemberDisclosed)made,
        };

    /// <summary>Clears all fields of the message that were not released.</summary>
    public static TMessage Release<TMessage>(TMessage message, MemberDisclosed disclosure)
        where TMessage : IMessage
    {
        Clear(message, "", disclosure.Released.ToHashSet());
        return message;
    }

    public static IEnumerable<V1.WithheldField> Withheld(MessageDescriptor message, MemberDisclosed disclosure) => Classified(message)
        .Where(field => disclosure.Withheld.Contains(field.Path))
        .Select(field => new V1.WithheldField { Field = field.Path, Category = (V1.DataCategory)(int)field.Category });

    /// <summary>The fields of a message and of its nested messages, with their categories.</summary>
    internal static IEnumerable<ClassifiedField> Classified(MessageDescriptor message, string prefix = "")
    {
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            if (IsNested(field))
            {
                foreach (var inner in Classified(field.MessageType, $"{prefix}{field.Name}."))
                {
                    yield return inner;
                }
            }
            else
            {
                yield return new ClassifiedField(prefix + field.Name, (DataCategory)(int)CategoryOf(field));
            }
        }
    }

    /// <summary>The category of a member's field, by the field's path; null if there is no such field.</summary>
    internal static DataCategory? CategoryOfMembers(string path) =>
        Classified(V1.Member.Descriptor).Where(field => field.Path == path).Select(field => (DataCategory?)field.Category).FirstOrDefault();

    internal static V1.DataCategory CategoryOf(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(V1.AnnotationsExtensions.PersonalData) ?? V1.DataCategory.Unspecified;

    /// <summary>Whether a field is a message of the contract, whose own fields have categories.</summary>
    internal static bool IsOwnMessage(FieldDescriptor field) =>
        field.FieldType == FieldType.Message && field.MessageType.File.Package == field.File.Package;

    private static bool IsNested(FieldDescriptor field) => IsOwnMessage(field) && !field.IsRepeated;

    private static void Clear(IMessage message, string prefix, HashSet<string> released)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (IsNested(field))
            {
                if (field.Accessor.GetValue(message) is IMessage inner)
                {
                    Clear(inner, $"{prefix}{field.Name}.", released);
                }
            }
            else if (!released.Contains(prefix + field.Name))
            {
                field.Accessor.Clear(message);
            }
        }
    }
}
