using System.Diagnostics;
using CoalitionGateway.Platform.Telemetry;
using Google.Rpc;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http.Features;

namespace CoalitionGateway.Platform.Rpc;

/// <summary>Reports calls and refusals to the instruments, only under the contract's names.</summary>
internal static class Measurement
{
    private const string _statusTrailer = "grpc-status";

    /// <summary>Measures every call of an existing method.</summary>
    public static void UseMeasurement(this WebApplication app)
    {
        var instruments = app.Services.GetRequiredService<Instruments>();
        app.Use((context, next) => instruments.MeasuresCalls && MethodOf(context) is { } method ? Measure(method, context, next) : next(context));

        async Task Measure(string method, HttpContext context, RequestDelegate next)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                await next(context);
            }
            finally
            {
                instruments.Call(method, CodeOf(context), Stopwatch.GetElapsedTime(began));
            }
        }
    }

    /// <summary>The method of the contract that a request calls; null if it calls none.</summary>
    public static string? MethodOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName.TrimStart('/');

    /// <summary>Counts a refusal under the reason that its caller gets.</summary>
    public static void CountRefusal(this Instruments instruments, string? method, Google.Rpc.Status status)
    {
        if (instruments.CountsRefusals)
        {
            instruments.Refused(method ?? "", status.Details.Count > 0 && status.Details[0].TryUnpack<ErrorInfo>(out var info) ? info.Reason : ((Grpc.Core.StatusCode)status.Code).ToString());
        }
    }

    private static string CodeOf(HttpContext context)
    {
        var code = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers[_statusTrailer].ToString();
        code = string.IsNullOrEmpty(code) ? context.Response.Headers[_statusTrailer].ToString() : code;
        return int.TryParse(code, out var number) ? ((Grpc.Core.StatusCode)number).ToString() : "Cancelled";
    }
}
