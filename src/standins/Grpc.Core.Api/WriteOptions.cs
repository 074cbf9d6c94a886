namespace Grpc.Core;

/// <summary>Hints about writing a message.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>The message may be held back for a while.</summary>
    BufferHint = 1,

    /// <summary>The message is not to be compressed.</summary>
    NoCompress = 2,
}

/// <summary>How a message is written. Immutable.</summary>
public class WriteOptions
{
    public static readonly WriteOptions Default = new();

    public WriteOptions(WriteFlags flags = 0) => Flags = flags;

    public WriteFlags Flags { get; }
}
