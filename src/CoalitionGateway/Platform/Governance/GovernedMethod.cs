using CoalitionGateway.Ledger;
using Google.Protobuf;

namespace CoalitionGateway.Platform.Governance;

/// <summary>A method of the contract whose change one person proposes and another one approves. Each room registers its own.</summary>
internal abstract class GovernedMethod
{
    /// <summary>The method's name in the contract.</summary>
    public abstract string Name { get; }

    /// <summary>The type of the method's request.</summary>
    public abstract Type Request { get; }

    /// <summary>Reads a request that was sent before.</summary>
    public abstract IMessage Parse(byte[] request);

    /// <param name="proposer">The proposer's context, with the request id of the proposal.</param>
    /// <param name="approver">The approver's context; null: it is not approved yet.</param>
    /// <exception cref="InvalidFieldsException">Fields do not go together.</exception>
    public abstract Command ToCommand(IMessage request, CommandContext proposer, CommandContext? approver);

    /// <summary>The request with the values that count where it names none.</summary>
    public abstract IMessage Completed(IMessage request);

    /// <summary>What holds now, in the form of the request; null: nothing.</summary>
    public abstract Task<IMessage?> Before(IMessage request, CancellationToken cancellation);

    /// <summary>The answer once the change counts. Also does what must follow it outside the store; a repeated call does no harm.</summary>
    /// <param name="made">The event of the change.</param>
    /// <param name="approver">The approver's context; null: one person made the change alone.</param>
    public abstract Task<IMessage> Answer(Event made, CommandContext? approver);

    /// <summary>The answer while the change waits.</summary>
    public abstract IMessage Waiting(V1.Proposal proposal, CommandContext context);
}

/// <summary>A governed method with its types.</summary>
internal abstract class GovernedMethod<TRequest, TEvent, TAnswer> : GovernedMethod
    where TRequest : class, IMessage<TRequest>, new()
    where TEvent : Event
    where TAnswer : class, IMessage<TAnswer>, new()
{
    private const string _field = "proposal";
    private const string _suffix = "Request";

    public sealed override string Name => typeof(TRequest).Name[..^_suffix.Length];

    public sealed override Type Request => typeof(TRequest);

    public sealed override IMessage Parse(byte[] request) => new MessageParser<TRequest>(() => new TRequest()).ParseFrom(request);

    public sealed override Command ToCommand(IMessage request, CommandContext proposer, CommandContext? approver) => ToCommand((TRequest)request, proposer, approver);

    public sealed override IMessage Completed(IMessage request) => Completed(((TRequest)request).Clone());

    public sealed override async Task<IMessage?> Before(IMessage request, CancellationToken cancellation) => await Before((TRequest)request, cancellation);

    public sealed override async Task<IMessage> Answer(Event made, CommandContext? approver) => await Answer((TEvent)made, approver);

    public override IMessage Waiting(V1.Proposal proposal, CommandContext context)
    {
        var answer = new TAnswer();
        answer.Descriptor.FindFieldByName(_field).Accessor.SetValue(answer, proposal);
        return answer;
    }

    protected virtual Command ToCommand(TRequest request, CommandContext proposer, CommandContext? approver) => ToCommand(request, proposer);

    protected virtual Command ToCommand(TRequest request, CommandContext context) => throw new NotSupportedException();

    protected virtual TRequest Completed(TRequest request) => request;

    protected virtual Task<TRequest?> Before(TRequest request, CancellationToken cancellation) => Task.FromResult<TRequest?>(null);

    protected virtual Task<TAnswer> Answer(TEvent made, CommandContext? approver) => Answer(made);

    protected virtual Task<TAnswer> Answer(TEvent made) => throw new NotSupportedException();
}
