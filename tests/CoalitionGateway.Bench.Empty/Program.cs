using Microsoft.AspNetCore.Server.Kestrel.Core;

// Usage: empty URL. A gRPC server that answers health checks and nothing else. The benchmark compares the gateway's start with
// its start.
var builder = WebApplication.CreateBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls(args[0]).ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
builder.Services.AddGrpc();
builder.Services.AddGrpcHealthChecks();
var app = builder.Build();
app.MapGrpcHealthChecksService();
app.Run();
