using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>What every event says: its id, when it was decided, who caused it, and by which request.</summary>
public sealed record EventHeader(EventId Id, DateTime Time, Caller Actor, Guid RequestId);

/// <summary>
/// Something that happened. Events are the truth: rows and balances follow from them. They name members by
/// random ids only and hold no profile data and no hash of it.
/// </summary>
public abstract record Event(EventHeader Header)
{
    public EventId Id => Header.Id;

    public DateTime Time => Header.Time;

    /// <summary>The kind, as the event's type declares it.</summary>
    public EventKind Kind => EventForm.Of(GetType()).Kind;

    /// <summary>The method of the contract whose request the event answers; null: it answers none.</summary>
    public virtual string? Answers => EventForm.Of(GetType()).Answers;

    /// <summary>The member whom the event is about, if it is about one.</summary>
    public virtual MemberId? Subject => null;

    /// <summary>The partner that the event is about or by, if there is one.</summary>
    public virtual PartnerId? Partner => null;

    /// <summary>The points that move.</summary>
    public virtual IReadOnlyList<Posting> Postings => [];

    /// <summary>The follow-ups that the answer to the caller is made from too, so that a retry gets the same.</summary>
    public virtual IReadOnlyList<EventId> AnsweredFrom => [];

    /// <summary>Brings the rows to what they are after the event. Postings are entered apart.</summary>
    public abstract void Apply(WorkingState rows);

    /// <summary>
    /// Brings the rows to what they are after the event, and those rows too that the command put beside it, as far as the
    /// event tells of them. For coalition verify, which has the event and not the command.
    /// </summary>
    public virtual void Rebuild(WorkingState rows) => Apply(rows);

    private protected abstract void EncodeBody(CanonicalWriter writer);

    /// <summary>The event's bytes: the version of its kind, the kind, header, body. These are stored, and hashed.</summary>
    public byte[] Encode()
    {
        var form = EventForm.Of(GetType());
        var writer = new CanonicalWriter()
            .Byte(form.Version).Number(form.Kind.Number)
            .Uuid(Header.Id.Value).Time(Header.Time).Text(Header.Actor.ToString()).Uuid(Header.RequestId);
        EncodeBody(writer);
        return writer.ToArray();
    }
}
