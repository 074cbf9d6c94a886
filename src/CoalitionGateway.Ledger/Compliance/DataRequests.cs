using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Members;

namespace CoalitionGateway.Ledger.Compliance;

/// <summary>Records a member's request, so that it is answered in time.</summary>
public sealed record OpenRequest(CommandContext Context, MemberId MemberId, DataRight Right, DateTime ReceiveTime) : Command<OpenRequest.State>(Context)
{
    public override string Method => nameof(OpenRequest);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(MemberId.Value).Number((int)Right).Time(ReceiveTime);

    public override State Needs(WorkingState rows, DateTime now) => new(rows.FindAll(new Membership.ByMember(MemberId)), rows.Find(new Erasure.Of(MemberId)));

    public override Decision Decide(State state, DateTime now) => state is { Memberships.Count: 0, Erasure: null }
        ? MemberRefusals.NoMember()
        : new RequestOpened(Header(now), MemberId, Right, ReceiveTime);

    /// <param name="Erasure">Set if the member was erased. An erased member may ask about the erasure.</param>
    public sealed record State(IReadOnlyList<Membership> Memberships, Erasure? Erasure);
}

/// <summary>Extends a request once by the two months that the law allows, for a reason that the law names.</summary>
public sealed record ExtendRequest(CommandContext Context, EventId Id, ExtensionReason Reason) : Command<DataRequest?>(Context)
{
    public override string Method => nameof(ExtendRequest);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(Id.Value).Number((int)Reason);

    public override DataRequest? Needs(WorkingState rows, DateTime now) => rows.Find(new DataRequest.Of(Id));

    public override Decision Decide(DataRequest? state, DateTime now)
    {
        if (CloseRequest.Refuse(state, Id) is { } refusal)
        {
            return refusal;
        }

        // The member must learn of the extension and its reason within the first month (Art. 12(3)).
        return state!.Extension is not null || state.DueTime <= now
            ? new Refusal(RefusalReason.RequestExtended, "The request was extended before, or is overdue; it can be closed only.", "data_request_id")
                .With("due_time", state.DueTime.ToString("O"))
            : new RequestProlonged(Header(now), Id, state.MemberId, Reason);
    }
}

/// <summary>Closes a request.</summary>
public sealed record CloseRequest(CommandContext Context, EventId Id, RequestOutcome Outcome) : Command<DataRequest?>(Context)
{
    public override string Method => nameof(CloseRequest);

    public override void Encode(CanonicalWriter writer) => writer.Byte(1).Uuid(Id.Value).Number((int)Outcome);

    public override DataRequest? Needs(WorkingState rows, DateTime now) => rows.Find(new DataRequest.Of(Id));

    public override Decision Decide(DataRequest? state, DateTime now) =>
        Refuse(state, Id) is { } refusal ? refusal : new RequestEnded(Header(now), Id, state!.MemberId, Outcome);

    internal static Refusal? Refuse(DataRequest? request, EventId id) => request switch
    {
        null => new Refusal(RefusalReason.RequestNotFound, "There is no such request; ListRequests shows those there are.", "data_request_id").With("data_request_id", id.ToString()),
        { CloseTime: { } closed } => new Refusal(RefusalReason.RequestClosed, "The request is closed; open another.", "data_request_id").With("close_time", closed.ToString("O")),
        _ => null,
    };
}

[EventKind(140, Answers = "OpenRequest")]
public sealed record RequestOpened(EventHeader Header, MemberId MemberId, DataRight Right, DateTime ReceiveTime) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    /// <summary>The request after the event.</summary>
    public DataRequest Request => new(Id, MemberId, Right, ReceiveTime, ReceiveTime.AddMonths(1), null, null, null);

    public override void Apply(WorkingState rows) => rows.Put(Request);

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(MemberId.Value).Number((int)Right).Time(ReceiveTime);

    internal static RequestOpened Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new MemberId(reader.Uuid()), reader.Value<DataRight>(), reader.Time());
}

/// <param name="RequestOpenedId">The request.</param>
[EventKind(141, Answers = "ExtendRequest")]
public sealed record RequestProlonged(EventHeader Header, EventId RequestOpenedId, MemberId MemberId, ExtensionReason Reason) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows)
    {
        var request = rows.Find(new DataRequest.Of(RequestOpenedId))!;
        rows.Put(request with { Extension = Reason, DueTime = request.ReceiveTime.AddMonths(3) });
    }

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(RequestOpenedId.Value).Uuid(MemberId.Value).Number((int)Reason);

    internal static RequestProlonged Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new EventId(reader.Uuid()), new MemberId(reader.Uuid()), reader.Value<ExtensionReason>());
}

/// <param name="RequestOpenedId">The request.</param>
[EventKind(142, Answers = "CloseRequest")]
public sealed record RequestEnded(EventHeader Header, EventId RequestOpenedId, MemberId MemberId, RequestOutcome Outcome) : Event(Header)
{
    public override MemberId? Subject => MemberId;

    public override void Apply(WorkingState rows) =>
        rows.Put(rows.Find(new DataRequest.Of(RequestOpenedId))! with { Outcome = Outcome, CloseTime = Time });

    private protected override void EncodeBody(CanonicalWriter writer) => writer.Uuid(RequestOpenedId.Value).Uuid(MemberId.Value).Number((int)Outcome);

    internal static RequestEnded Decode(EventHeader header, CanonicalReader reader) =>
        new(header, new EventId(reader.Uuid()), new MemberId(reader.Uuid()), reader.Value<RequestOutcome>());
}
