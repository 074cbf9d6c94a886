using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger.Consents;

/// <summary>
/// Records a notice version when the first gateway that ships it starts. The log then shows on which texts consents
/// rested at any time. The event holds the hashes of the texts in all languages.
/// </summary>
/// <param name="IsMaterial">Whether the version invalidates consents that were given on earlier versions.</param>
/// <param name="Texts">One text for each language.</param>
public sealed record PublishNotice(CommandContext Context, string Version, bool IsMaterial, IReadOnlyList<NoticeText> Texts) : Command<PublishedNotice?>(Context)
{
    public override string Method => nameof(PublishNotice);

    public override bool IsRetryable => false;

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Text(Version).Flag(IsMaterial).List(Texts, Write);

    public override PublishedNotice? Needs(WorkingState rows, DateTime now) => rows.Find(new PublishedNotice.Of(Version));

    public override Decision Decide(PublishedNotice? state, DateTime now) => state is null
        ? new NoticePublished(Header(now), Version, IsMaterial, Texts)
        : new Refusal(RefusalReason.NoticeOutdated, "Another gateway has recorded it.");

    internal static void Write(CanonicalWriter writer, NoticeText text) => writer.Text(text.Language).Bytes(text.Sha256);
}

/// <summary>The hash of a version's text in one language.</summary>
public sealed record NoticeText(string Language, byte[] Sha256);

/// <summary>A notice version and the time since when it is shown.</summary>
public sealed record PublishedNotice(string Version, bool IsMaterial, DateTime PublishTime) : Row
{
    public override Key Primary => new Of(Version);

    public sealed record Of(string Version) : Key<PublishedNotice>;
}

[EventKind(107)]
public sealed record NoticePublished(EventHeader Header, string Version, bool IsMaterial, IReadOnlyList<NoticeText> Texts) : Event(Header)
{
    public override void Apply(WorkingState rows) => rows.Put(new PublishedNotice(Version, IsMaterial, Time));

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Text(Version).Flag(IsMaterial).List(Texts, PublishNotice.Write);

    internal static NoticePublished Decode(EventHeader header, CanonicalReader reader) =>
        new(header, reader.Text(), reader.Flag(), reader.List(static r => new NoticeText(r.Text(), r.Bytes())));
}
