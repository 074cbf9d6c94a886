using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace CoalitionGateway.Platform.Governance;

/// <summary>Fields that only answers have (the contract's option "answer_only"). In a request nobody reads them, so nobody is shown them for approval.</summary>
internal static class AnswerFields
{
    /// <summary>A request without them.</summary>
    public static IMessage Cleared(IMessage request)
    {
        var copy = request.Descriptor.Parser.ParseFrom(request.ToByteString());
        Clear(copy);
        return copy;
    }

    private static void Clear(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.GetOptions()?.GetExtension(V1.AnnotationsExtensions.AnswerOnly) == true)
            {
                field.Accessor.Clear(message);
            }
            else if (field.FieldType == FieldType.Message && !field.IsMap)
            {
                foreach (var part in field.IsRepeated ? (IEnumerable)field.Accessor.GetValue(message) : new[] { field.Accessor.GetValue(message) })
                {
                    if (part is IMessage inner)
                    {
                        Clear(inner);
                    }
                }
            }
        }
    }
}
