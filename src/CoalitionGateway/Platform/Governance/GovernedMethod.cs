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

    /// <param name="context">The proposer's, with the request id of the proposal.</param>
    /// <exception cref="InvalidFieldsException">Fields do not go together.</exception>
    public abstract Command ToCommand(IMessage request, CommandContext context);

    /// <summary>What holds now, in the form of the request; null: nothing.</summary>
    public abstract Task<IMessage?> Before(IMessage request, CancellationToken cancellation);

    /// <summary>The answer once the change counts. Also does what must follow it outside the store; a repeated call does no harm.</summary>
    public abstract Task<IMessage> Answer(Event made);

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

    public sealed override Command ToCommand(IMessage request, CommandContext context) => ToCommand((TRequest)request, context);

    public sealed override async Task<IMessage?> Before(IMessage request, CancellationToken cancellation) => await Before((TRequest)request, cancellation);

    public sealed override async Task<IMessage> Answer(Event made) => await Answer((TEvent)made);

    public override IMessage Waiting(V1.Proposal proposal, CommandContext context)
    {
        var answer = new TAnswer();
        answer.Descriptor.FindFieldByName(_field).Accessor.SetValue(answer, proposal);
        return answer;
    }

    protected abstract Command ToCommand(TRequest request, CommandContext context);

    protected virtual Task<TRequest?> Before(TRequest request, CancellationToken cancellation) => Task.FromResult<TRequest?>(null);

    protected abstract Task<TAnswer> Answer(TEvent made);
}
