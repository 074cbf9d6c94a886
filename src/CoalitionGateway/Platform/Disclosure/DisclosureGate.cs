using CoalitionGateway.Platform.Access;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;
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
internal sealed class DisclosureGate(CommandJournal journal, LedgerStore store, NoticesInForce notices, TimeProvider clock)
{
    /// <summary>The fields of a member, in the order of the contract.</summary>
    public static IReadOnlyList<ClassifiedField> OfMember { get; } = [.. Classified(V1.Member.Descriptor)];

    /// <summary>The fields of what a member could use from other programmes.</summary>
    public static IReadOnlyList<ClassifiedField> OfElsewhere { get; } = [.. Classified(V1.Elsewhere.Descriptor, "elsewhere.")];

    /// <summary>All fields that a partner can get by a member's consent.</summary>
    public static IReadOnlyList<ClassifiedField> All { get; } = [.. OfMember, .. OfElsewhere];

    /// <summary>Decides and records which data the caller gets. Read the member's data after this call, never before.</summary>
    /// <exception cref="RefusedException">The caller has no such member. The refusal is recorded too.</exception>
    public async Task<MemberDisclosed> Disclose(Caller caller, string number, Purpose purpose, IReadOnlyList<ClassifiedField> fields) =>
        Taken(await journal.Submit<Event>(Question(caller, number, purpose, fields)));

    /// <summary>
    /// Like <see cref="Disclose"/>, but if the caller gets nothing, nothing is recorded. A withdrawal in the same moment is recorded as
    /// an answer that releases nothing.
    /// </summary>
    /// <exception cref="RefusedException">The caller has no such member.</exception>
    public async Task<MemberDisclosed> DiscloseIfAny(Caller caller, string number, Purpose purpose, IReadOnlyList<ClassifiedField> fields, CancellationToken cancellation)
    {
        var (question, now) = (Question(caller, number, purpose, fields), Clock.Truncate(clock.GetUtcNow()));
        var expected = Taken(await store.Read(rows => question.Answer(question.Needs(rows, now), now), cancellation));
        return expected.Released.Count == 0 ? expected : Taken(await journal.Submit<Event>(question));
    }

    /// <summary>Clears all fields of the message that were not released.</summary>
    /// <param name="prefix">The path of the message, with a dot behind it.</param>
    public static TMessage Release<TMessage>(TMessage message, MemberDisclosed disclosure, string prefix = "")
        where TMessage : IMessage
    {
        Clear(message, prefix, disclosure.Released.ToHashSet());
        return message;
    }

    public static IEnumerable<V1.WithheldField> Withheld(IReadOnlyList<ClassifiedField> fields, MemberDisclosed disclosure) => fields
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

    /// <summary>The category of a field that a partner can get, by the field's path; null if there is no such field.</summary>
    internal static DataCategory? CategoryOfPath(string path) =>
        All.Where(field => field.Path == path).Select(field => (DataCategory?)field.Category).FirstOrDefault();

    internal static V1.DataCategory CategoryOf(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(V1.AnnotationsExtensions.PersonalData) ?? V1.DataCategory.Unspecified;

    /// <summary>Whether a field is a message of the contract, whose own fields have categories.</summary>
    internal static bool IsOwnMessage(FieldDescriptor field) =>
        field.FieldType == FieldType.Message && field.MessageType.File.Package == field.File.Package;

    private Disclose Question(Caller caller, string number, Purpose purpose, IReadOnlyList<ClassifiedField> fields) =>
        new(caller.NewContext(Guid.CreateVersion7()), caller.PartnerId(), number, purpose, fields, notices);

    private static MemberDisclosed Taken(Event answer) => answer switch
    {
        DisclosureRefused refused => throw new RefusedException(refused.Refusal),
        var made => (MemberDisclosed)made,
    };

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
