using CoalitionGateway.Fuzz.Tests.Checking;
using CoalitionGateway.Fuzz.Tests.Generating;
using CoalitionGateway.Testing.Requests;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace CoalitionGateway.Fuzz.Tests;

/// <summary>
/// The answer rules report the faults that they are made for, and the generator makes readable and unreadable requests.
/// </summary>
public sealed class AnswerRulesTests
{
    [Fact]
    public void DocumentedCodes_EveryReason_HasACode()
    {
        Assert.Equal(Coverage.Known.Order(), AnswerRules.Documented.Keys.Except(["UNSPECIFIED"]).Order());
        Assert.All(Coverage.Known, reason => Assert.NotEmpty(AnswerRules.Documented[reason]));
        Assert.Equal([StatusCode.NotFound, StatusCode.FailedPrecondition], AnswerRules.Documented["MEMBERSHIP_NOT_FOUND"]);
    }

    [Theory]
    [InlineData(StatusCode.NotFound, "POOL_NOT_FOUND", null)]
    [InlineData(StatusCode.Internal, "INTERNAL_FAULT", "INTERNAL_FAULT")]
    [InlineData(StatusCode.Unknown, "POOL_NOT_FOUND", "POOL_NOT_FOUND with Unknown, which the contract does not say")]
    [InlineData(StatusCode.NotFound, "NO_SUCH_REASON", "the contract knows no reason NO_SUCH_REASON")]
    [InlineData(StatusCode.InvalidArgument, "FIELD_INVALID", "FIELD_INVALID without a BadRequest")]
    public void Refusal_CodeOrReasonNotInTheContract_IsReported(StatusCode code, string reason, string? problem) => Assert.Equal(problem, AnswerRules.ProblemOf(Refusal(code, reason)));

    [Fact]
    public void Error_NoDetailsOrTwoReasons_IsReported()
    {
        var method = RawCalls.Methods["PoolService/GetPool"];
        Assert.Equal("Unknown without details that can be read: x", AnswerRules.Problem(method, new WireAnswer(200, 2, "x", null, [], null)));
        Assert.Equal("HTTP 500 without a grpc-status", AnswerRules.Problem(method, new WireAnswer(500, null, "", null, [], null)));
        Assert.Equal("the call broke off without a status", AnswerRules.Problem(method, new WireAnswer(0, null, "", null, [], "reset")));
        Assert.Equal("OK with 0 messages", AnswerRules.Problem(method, new WireAnswer(200, 0, "", null, [], null)));
        var twice = Refusal(StatusCode.NotFound, "POOL_NOT_FOUND");
        twice.Details.Add(twice.Details[0]);
        Assert.Equal("NotFound with 2 ErrorInfos", AnswerRules.Problem(method, new WireAnswer(200, 5, "text", twice.ToByteArray(), [], null)));
        Assert.Null(AnswerRules.Problem(method, new WireAnswer(200, 5, "text", Refusal(StatusCode.NotFound, "POOL_NOT_FOUND").ToByteArray(), [], null)));
    }

    [Fact]
    public void Generator_EveryMethod_MakesReadableAndUnreadableRequests()
    {
        var generator = new RequestGenerator(new Random(1), new Vocabulary(_ => false), new Dictionary<string, string>());
        foreach (var method in RawCalls.Methods.Values)
        {
            var outcomes = Enumerable.Range(0, 400).Select(_ => CanRead(method.InputType.Parser, generator.Request(method))).ToHashSet();
            Assert.True(outcomes.Count == 2, $"{method.FullName}: all requests are {(outcomes.First() ? "readable" : "unreadable")}");
        }

        Assert.Equal(RawCalls.Methods.Keys.Order(), FaultTable.Valid.Keys.Order());
    }

    private static bool CanRead(MessageParser parser, byte[] bytes)
    {
        try
        {
            parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static Google.Rpc.Status Refusal(StatusCode code, string reason) =>
        new() { Code = (int)code, Message = "text", Details = { Any.Pack(new ErrorInfo { Domain = AnswerRules.Domain, Reason = reason }) } };
}
