using CoalitionGateway.Survival.Tests.Hosting;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(OwnPostgres))]

namespace CoalitionGateway.Survival.Tests.Hosting;

/// <summary>One PostgreSQL server for the tests that need one. The first of them starts it.</summary>
public sealed class OwnPostgres : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly Lazy<PostgresServer> _server;

    public OwnPostgres() => _server = new(() => new PostgresServer(_folder.Path));

    /// <summary>The server. It is started again if an earlier test left it dead.</summary>
    internal PostgresServer Server
    {
        get
        {
            PostgresServer.SkipWithout();
            _server.Value.Ensure();
            return _server.Value;
        }
    }

    public void Dispose()
    {
        if (_server.IsValueCreated)
        {
            _server.Value.Dispose();
        }

        _folder.Dispose();
    }
}
