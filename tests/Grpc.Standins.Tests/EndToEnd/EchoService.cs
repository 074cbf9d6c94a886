using System.Collections.Concurrent;
using Grpc.Core;

namespace Grpc.Standins.Tests.EndToEnd;

/// <summary>What the server saw, by the text of the request; texts are unique to their test.</summary>
public sealed class ServerLog
{
    public ConcurrentDictionary<string, TaskCompletionSource<DateTime>> Started { get; } = new();

    public ConcurrentDictionary<string, TaskCompletionSource> Cancelled { get; } = new();

    public ConcurrentDictionary<string, int> Attempts { get; } = new();

    public TaskCompletionSource<DateTime> StartOf(string text) => Started.GetOrAdd(text, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    public TaskCompletionSource CancellationOf(string text) => Cancelled.GetOrAdd(text, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

public sealed class EchoService(ServerLog log) : Echo.EchoBase
{
    public override Task<EchoResponse> Say(EchoRequest request, ServerCallContext context)
    {
        context.ResponseTrailers.Add("method", context.Method);
        context.ResponseTrailers.Add("host", context.Host);
        context.ResponseTrailers.Add("peer", context.Peer);
        context.ResponseTrailers.Add("user-state", (string)context.UserState["from-interceptor"]);
        context.ResponseTrailers.Add("authenticated", context.AuthContext.IsPeerAuthenticated ? "yes" : "no");
        return Task.FromResult(new EchoResponse { Text = request.Text });
    }

    public override async Task<EchoResponse> Collect(IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context)
    {
        List<string> texts = [];
        await foreach (var request in requestStream.ReadAllAsync())
        {
            texts.Add(request.Text);
        }

        return new EchoResponse { Text = string.Join(',', texts) };
    }

    public override async Task Expand(EchoRequest request, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < request.Count; i++)
        {
            await responseStream.WriteAsync(new EchoResponse { Text = $"{request.Text}-{i}" }, context.CancellationToken);
        }
    }

    public override async Task Converse(IAsyncStreamReader<EchoRequest> requestStream, IServerStreamWriter<EchoResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext())
        {
            await responseStream.WriteAsync(new EchoResponse { Text = requestStream.Current.Text });
        }
    }

    public override async Task<EchoResponse> ReturnHeaders(EchoRequest request, ServerCallContext context)
    {
        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders)
        {
            if (entry.Key.StartsWith("x-", StringComparison.Ordinal) || entry.Key == "authorization")
            {
                headers.Add(entry);
                context.ResponseTrailers.Add(entry);
            }
        }

        await context.WriteResponseHeadersAsync(headers);
        return new EchoResponse { Text = request.Text };
    }

    public override Task<EchoResponse> Fail(EchoRequest request, ServerCallContext context) => throw new RpcException(
        new Status((StatusCode)request.Count, request.Text),
        new Metadata { { "reason", "ASKED_FOR" }, { "detail-bin", [0, 1, 254, 255] } });

    public override Task<EchoResponse> FailAtFirst(EchoRequest request, ServerCallContext context)
    {
        var attempt = log.Attempts.AddOrUpdate(request.Text, 1, (_, before) => before + 1);
        return attempt <= request.Count
            ? throw new RpcException(new Status(StatusCode.Unavailable, "not yet"))
            : Task.FromResult(new EchoResponse { Text = $"{attempt} {context.RequestHeaders.GetValue("grpc-previous-rpc-attempts")}" });
    }

    public override async Task<EchoResponse> Wait(EchoRequest request, ServerCallContext context)
    {
        var cancelled = log.CancellationOf(request.Text);
        await using var registration = context.CancellationToken.Register(cancelled.SetResult);
        log.StartOf(request.Text).SetResult(context.Deadline);
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return new EchoResponse();
    }
}
