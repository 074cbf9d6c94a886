using CoalitionGateway.Ledger.Accounts;
using CoalitionGateway.Ledger.Encoding;

namespace CoalitionGateway.Ledger;

/// <summary>The common part of all events: the id, the time of the decision, the caller and the caller's request id.</summary>
public sealed record EventHeader(EventId Id, DateTime Time, Caller Actor, Guid RequestId);

/// <summary>
/// Something that happened. Events are the source of truth: rows and balances are derived from them. Events name
/// members only by random ids, and contain neither profile data nor a hash of profile data.
/// </summary>
public abstract record Event(EventHeader Header)
{
    public EventId Id => Header.Id;

    public DateTime Time => Header.Time;

    /// <summary>The kind, as the event's type declares it.</summary>
    public EventKind Kind => EventForm.Of(GetType()).Kind;

    /// <summary>The method of the contract whose request the event answers; null if it answers none.</summary>
    public virtual string? Answers => EventForm.Of(GetType()).Answers;

    /// <summary>The member whom the event is about; null if it is about none.</summary>
    public virtual MemberId? Subject => null;

    /// <summary>The partner that the event is about, or that caused it; null if there is none.</summary>
    public virtual PartnerId? Partner => null;

    /// <summary>The event's postings.</summary>
    public virtual IReadOnlyList<Posting> Postings => [];

    /// <summary>The follow-ups that are also part of the caller's answer, so that a retry gets the same answer.</summary>
    public virtual IReadOnlyList<EventId> AnsweredFrom => [];

    /// <summary>Changes the rows to their state after the event. The postings are entered separately.</summary>
    public abstract void Apply(WorkingState rows);

    /// <summary>
    /// Like <see cref="Apply"/>, and also rebuilds the command's erasable rows as far as the event describes them. For
    /// coalition verify, which has the events but not the commands.
    /// </summary>
    public virtual void Rebuild(WorkingState rows) => Apply(rows);

    private protected abstract void EncodeBody(CanonicalWriter writer);

    /// <summary>The event's bytes, which are stored and hashed: the kind's version, the kind, the header, the body.</summary>
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
