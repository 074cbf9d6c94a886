using Grpc.Core;

namespace Grpc.Standins.Tests.Behaviour;

public sealed class CallOptionsTests
{
    private static readonly DateTime Noon = new(2030, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Constructor_NothingGiven_SetsNothing()
    {
        var options = new CallOptions();

        Assert.Null(options.Headers);
        Assert.Null(options.Deadline);
        Assert.Equal(CancellationToken.None, options.CancellationToken);
        Assert.Null(options.WriteOptions);
        Assert.Null(options.PropagationToken);
        Assert.Null(options.Credentials);
        Assert.False(options.IsWaitForReady);
    }

    [Fact]
    public void Constructor_EverythingGiven_KeepsIt()
    {
        var headers = new Metadata();
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        var token = new CancellationToken(canceled: true);

        var options = new CallOptions(headers, Noon, token, WriteOptions.Default, null, credentials);

        Assert.Same(headers, options.Headers);
        Assert.Equal(Noon, options.Deadline);
        Assert.Equal(token, options.CancellationToken);
        Assert.Same(WriteOptions.Default, options.WriteOptions);
        Assert.Same(credentials, options.Credentials);
    }

    [Fact]
    public void With_EachPart_ChangesACopyAndNothingElse()
    {
        var headers = new Metadata();
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        var token = new CancellationToken(canceled: true);
        var original = new CallOptions(deadline: Noon);

        var changed = original
            .WithHeaders(headers)
            .WithCancellationToken(token)
            .WithCredentials(credentials)
            .WithWriteOptions(WriteOptions.Default)
            .WithWaitForReady();

        Assert.Equal(new CallOptions(deadline: Noon), original);
        Assert.Same(headers, changed.Headers);
        Assert.Equal(token, changed.CancellationToken);
        Assert.Same(credentials, changed.Credentials);
        Assert.Same(WriteOptions.Default, changed.WriteOptions);
        Assert.True(changed.IsWaitForReady);
        Assert.Equal(Noon, changed.Deadline);
        Assert.False(changed.WithWaitForReady(false).IsWaitForReady);
        Assert.Equal(Noon.AddHours(1), changed.WithDeadline(Noon.AddHours(1)).Deadline);
        Assert.Equal(Noon, changed.Deadline);
    }

    [Fact]
    public void WriteOptions_Flags_AreKeptAndNoneByDefault()
    {
        Assert.Equal((WriteFlags)0, WriteOptions.Default.Flags);
        Assert.Equal(WriteFlags.NoCompress, new WriteOptions(WriteFlags.NoCompress).Flags);
    }
}
