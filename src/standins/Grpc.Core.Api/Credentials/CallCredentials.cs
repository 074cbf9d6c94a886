namespace Grpc.Core;

/// <summary>Credentials that go with each call, as headers.</summary>
public abstract class CallCredentials
{
    /// <summary>Two or more credentials as one, applied in the order given.</summary>
    public static CallCredentials Compose(params CallCredentials[] credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return new Composite([.. credentials]);
    }

    /// <summary>Credentials that an asynchronous delegate adds to the headers.</summary>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new Intercepted(interceptor);
    }

    /// <summary>For gRPC implementations: tells the configurator what these credentials are.</summary>
    public abstract void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state);

    private sealed class Intercepted(AsyncAuthInterceptor interceptor) : CallCredentials
    {
        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state) =>
            configurator.SetAsyncAuthInterceptorCredentials(state, interceptor);
    }

    private sealed class Composite : CallCredentials
    {
        private readonly IReadOnlyList<CallCredentials> parts;

        public Composite(IReadOnlyList<CallCredentials> parts)
        {
            if (parts.Count < 2)
            {
                throw new ArgumentException("Composition takes two or more credentials.", nameof(parts));
            }

            foreach (var part in parts)
            {
                ArgumentNullException.ThrowIfNull(part, nameof(parts));
            }

            this.parts = parts;
        }

        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state) =>
            configurator.SetCompositeCredentials(state, parts);
    }
}

/// <summary>For gRPC implementations: learns what call credentials are.</summary>
public abstract class CallCredentialsConfiguratorBase
{
    public abstract void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials);

    public abstract void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor);
}
