using CoalitionGateway.Fuzz.Tests.Checking;
using CoalitionGateway.Fuzz.Tests.Generating;
using CoalitionGateway.Fuzz.Tests.Hosting;
using CoalitionGateway.V1;
using Google.Protobuf.Reflection;
using Google.Protobuf;
using CallerKind = CoalitionGateway.Ledger.CallerKind;

namespace CoalitionGateway.Fuzz.Tests;

/// <summary>Calls the methods of the contract, health and reflection with generated requests, and checks every answer.</summary>
internal sealed class RpcFuzzer(
    string address, Callers callers, Vocabulary words, RequestGenerator generator, Coverage coverage, Findings findings, Random random) : IDisposable
{
    private static readonly IReadOnlyList<MethodDescriptor> _standard =
    [
        .. Grpc.Health.V1.HealthReflection.Descriptor.Services.SelectMany(service => service.Methods),
        .. Grpc.Reflection.V1.ReflectionReflection.Descriptor.Services.SelectMany(service => service.Methods),
    ];

    // These calls end other callers. They are made seldom, so that enough callers remain.
    private static readonly string[] _rare = ["EraseMember", "SuspendClient", "PublishClientKeys", "SetSenderConstraint", "RefuseSharing", "AgreePurposes"];

    private readonly GrpcWire _wire = new(address);
    private readonly GrpcWire _mannerless = new(address);
    private readonly LastInput _last = new();

    public int Calls { get; private set; }

    public async Task Run(CancellationToken stop)
    {
        var methods = RawCalls.Methods.Values.ToArray();
        while (!stop.IsCancellationRequested)
        {
            var chance = random.Next(100);
            if (chance < 4)
            {
                await Standard(_standard[random.Next(_standard.Count)]);
            }
            else if (chance < 5)
            {
                await Unknown();
            }
            else
            {
                var method = methods[random.Next(methods.Length)];
                if (!_rare.Contains(method.Name) || random.Next(12) == 0)
                {
                    await Call(method);
                }
            }

            Calls++;
        }
    }

    public void Dispose()
    {
        _wire.Dispose();
        _mannerless.Dispose();
        _last.Dispose();
    }

    private async Task Call(MethodDescriptor method)
    {
        var allowed = method.GetOptions().GetExtension(AnnotationsExtensions.Access).Callers.Select(kind => (CallerKind)(int)kind).ToArray();
        var (caller, token) = random.Next(3) == 0 ? callers.Main(allowed[random.Next(allowed.Length)]) : callers.Pick(allowed, random);
        var messages = Enumerable.Range(0, method.IsClientStreaming ? random.Next(5) : 1).Select(_ => generator.Request(method)).ToArray();
        var shot = Framing.Frame(random, $"/{method.Service.FullName}/{method.Name}", caller, messages);
        var answer = await Send(method, shot, token);
        if (answer is { Grpc: 0, Frames.Count: > 0 })
        {
            Learn(method, messages, answer);
        }

        if (answer.Reason == "TOKEN_INVALID" || answer.Reason == "MEMBER_NOT_FOUND")
        {
            callers.Ended(caller);
        }

        if (!method.IsClientStreaming && method.InputType.FindFieldByName("request_id") is not null && shot is { Ends: true, LeavesAfter: null } && random.Next(8) == 0)
        {
            await Repeat(method, shot, token, answer);
        }
    }

    /// <summary>Sends the same call again. The answer must be the stored one.</summary>
    private async Task Repeat(MethodDescriptor method, Shot shot, string? token, WireAnswer first)
    {
        var second = await Send(method, shot, token);
        string[] passing = ["TOKEN_INVALID", "RATE_LIMITED", "QUEUE_FULL", "STORE_UNAVAILABLE", "AUTHORITY_UNAVAILABLE", "DAILY_LIMIT_REACHED"];
        if (passing.Contains(first.Reason) || passing.Contains(second.Reason) || shot.Headers.Any(header => header.Name == "grpc-timeout"))
        {
            return;
        }

        if (first.Grpc != second.Grpc || first.Reason != second.Reason || !first.Frames.SelectMany(frame => frame).SequenceEqual(second.Frames.SelectMany(frame => frame)))
        {
            findings.Add($"{method.Name}: a repeated request has another answer", $"{shot}\n      first {first}\n      then {second}");
        }
    }

    private async Task<WireAnswer> Send(MethodDescriptor method, Shot shot, string? token)
    {
        var answer = await Send(shot, token, endsByItself: method.Name is not ("WatchEvents" or "Watch"));
        var isOwnDoing = shot.IsBeyondHttp && (answer.Broken is not null and not "no answer" || answer.Grpc is null);

        // After its own deadline a call may be reset before its status is read.
        var isOwnDeadline = shot.Headers.Any(header => header.Name == "grpc-timeout") && (answer.Grpc is 1 or 4 || answer.Broken is not null and not "no answer");
        if (isOwnDoing || isOwnDeadline)
        {
            return answer;
        }

        string? problem;
        try
        {
            problem = AnswerRules.Problem(method, answer);
        }
        catch (InvalidProtocolBufferException)
        {
            problem = "an answer that is no such message";
        }

        if (problem is not null)
        {
            findings.Add(problem.Contains("without details", StringComparison.Ordinal) ? problem : $"{method.Name}: {problem}", $"{shot}\n      {answer}");
        }
        else if (answer.Reason is { } reason)
        {
            coverage.Refuse(reason);
        }
        else if (answer.Grpc == 0)
        {
            coverage.Answer($"{method.Service.Name}/{method.Name}");
        }

        return answer;
    }

    private async Task<WireAnswer> Send(Shot shot, string? token, bool endsByItself)
    {
        _last.Keep($"{shot}");
        if (shot.HasManners && endsByItself)
        {
            return await _wire.Send(shot, token);
        }

        var answer = await _mannerless.Send(shot, token, endsByItself);
        return answer.Broken?.Contains("closed the connection", StringComparison.Ordinal) == true ? answer with { IsLeft = true } : answer;
    }

    private void Learn(MethodDescriptor method, byte[][] messages, WireAnswer answer)
    {
        foreach (var frame in answer.Frames.Take(20))
        {
            var message = method.OutputType.Parser.ParseFrom(frame);
            words.Learn(message);
            if (message is RegisterPartnerResponse registered)
            {
                words.Add("expendable", registered.Partner.PartnerId);
            }
        }

        foreach (var message in messages.Take(4))
        {
            try
            {
                words.Learn(method.InputType.Parser.ParseFrom(message));
            }
            catch (InvalidProtocolBufferException)
            {
                // A stream continues after an invalid entry.
            }
        }
    }

    /// <summary>Health and reflection are not part of the contract. They must answer with a gRPC code and no fault.</summary>
    private async Task Standard(MethodDescriptor method)
    {
        var messages = Enumerable.Range(0, method.IsClientStreaming ? random.Next(4) : 1).Select(_ => generator.Message(method.InputType, method.Name, random.Next(2) * 0.3)).ToArray();
        var shot = Framing.Frame(random, $"/{method.Service.FullName}/{method.Name}", "nobody", messages);
        var answer = await Send(shot, null, method.Name != "Watch");
        int[] right = [0, 1, 3, 4, 5, 8, 12, 14];
        var isHttps = answer.HttpStatus is >= 400 and < 500 || (shot.IsBeyondHttp && answer.Grpc is null && answer.Broken != "no answer");
        if (!answer.IsLeft && !isHttps && (answer.Broken is not null || answer.Grpc is not { } code || !right.Contains(code)))
        {
            findings.Add($"{method.FullName}: {(answer.Broken is null ? $"grpc-status {answer.Grpc}, HTTP {answer.HttpStatus}" : "broken off")}", $"{shot}\n      {answer}");
        }
    }

    /// <summary>Calls paths that do not exist.</summary>
    private async Task Unknown()
    {
        string[] paths =
        [
            "/coalition.gateway.v1.PoolService/NoSuchMethod", "/coalition.gateway.v1.NoSuchService/GetPool", "/coalition.gateway.v1.poolservice/getpool", "/", "//", "/x", "/coalition.gateway.v1.PoolService/GetPool/x",
            "/coalition.gateway.v1.PoolService/GetPool?x=%00", "/coalition.gateway.v1.PoolService%2FGetPool", "/..%2f..%2fetc/passwd", "/%00", "/%C0%80", "/" + new string('a', 3000), "/oauth/token", "/healthz", "/é",
        ];
        var shot = new Shot(paths[random.Next(paths.Length)], "nobody", Wire.Frame([])) { IsBeyondHttp = true };
        var answer = await Send(shot, null, endsByItself: true);
        if (answer.HttpStatus >= 500 || answer.Grpc is 2 or 13 || answer.Broken == "no answer")
        {
            findings.Add($"unknown path: {answer}", $"{shot}");
        }
        else if (answer.Reason is { } reason)
        {
            coverage.Refuse(reason);
        }
    }
}
