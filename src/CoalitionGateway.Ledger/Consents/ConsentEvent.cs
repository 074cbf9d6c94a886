namespace CoalitionGateway.Ledger.Consents;

/// <summary>Something that happened to a consent: what it is afterwards is all that its effect is.</summary>
public abstract record ConsentEvent(EventHeader Header, MemberId MemberId, PartnerId PartnerId) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override PartnerId? Partner => PartnerId;

    /// <summary>The consent as it is after the event.</summary>
    public abstract Consent Consent { get; }

    public override void Apply(WorkingState rows) => rows.Put(Consent);
}
