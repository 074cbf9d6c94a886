using CoalitionGateway.Access;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace CoalitionGateway.Rpc;

/// <summary>grpc.reflection.v1: the contract, for tools such as buf curl. It holds nothing secret.</summary>
internal sealed class ReflectionService(OpenStreams streams) : ServerReflection.ServerReflectionBase
{
    private static readonly IReadOnlyList<ServiceDescriptor> _services =
    [
        .. MethodRules.Services, Grpc.Health.V1.Health.Descriptor, ServerReflection.Descriptor,
    ];

    // ErrorReason is imported by no service's file, and a partner's engineer wants to read it all the same.
    private static readonly Dictionary<string, FileDescriptor> _files = Closure(
        [.. _services.Select(service => service.File), V1.ErrorReasonReflection.Descriptor, Google.Rpc.ErrorDetailsReflection.Descriptor]);

    private static readonly Dictionary<string, FileDescriptor> _symbols = _files.Values
        .SelectMany(file => Symbols(file).Select(symbol => (symbol, file)))
        .ToDictionary(found => found.symbol, found => found.file);

    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, streams.Stopping);
        while (await requestStream.MoveNext(reading.Token))
        {
            var request = requestStream.Current;
            var response = Answer(request);
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            await responseStream.WriteAsync(response);
        }
    }

    private static ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        ServerReflectionRequest.MessageRequestOneofCase.ListServices => new()
        {
            ListServicesResponse = new() { Service = { _services.Select(service => new ServiceResponse { Name = service.FullName }) } },
        },
        ServerReflectionRequest.MessageRequestOneofCase.FileByFilename =>
            Files(_files.GetValueOrDefault(request.FileByFilename), request.FileByFilename),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol =>
            Files(_symbols.GetValueOrDefault(request.FileContainingSymbol), request.FileContainingSymbol),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension => Files(
            Extensions(request.FileContainingExtension.ContainingType)
                .FirstOrDefault(extension => extension.FieldNumber == request.FileContainingExtension.ExtensionNumber)?.File,
            $"extension {request.FileContainingExtension.ExtensionNumber} of {request.FileContainingExtension.ContainingType}"),
        ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType when _symbols.ContainsKey(request.AllExtensionNumbersOfType) => new()
        {
            AllExtensionNumbersResponse = new()
            {
                BaseTypeName = request.AllExtensionNumbersOfType,
                ExtensionNumber = { Extensions(request.AllExtensionNumbersOfType).Select(extension => extension.FieldNumber) },
            },
        },
        ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType => Unknown(request.AllExtensionNumbersOfType),
        _ => new() { ErrorResponse = new() { ErrorCode = (int)StatusCode.InvalidArgument, ErrorMessage = "The request asks for nothing." } },
    };

    private static ServerReflectionResponse Files(FileDescriptor? file, string name) => file is null
        ? Unknown(name)
        : new()
        {
            FileDescriptorResponse = new() { FileDescriptorProto = { Closure([file]).Values.Select(needed => needed.SerializedData) } },
        };

    private static ServerReflectionResponse Unknown(string name) => new()
    {
        ErrorResponse = new() { ErrorCode = (int)StatusCode.NotFound, ErrorMessage = $"There is no {name}." },
    };

    private static IEnumerable<FieldDescriptor> Extensions(string containing) => _files.Values
        .SelectMany(file => file.Extensions.UnorderedExtensions).Where(extension => extension.ExtendeeType.FullName == containing);

    private static Dictionary<string, FileDescriptor> Closure(IEnumerable<FileDescriptor> roots)
    {
        var found = new Dictionary<string, FileDescriptor>();
        var waiting = new Queue<FileDescriptor>(roots);
        while (waiting.TryDequeue(out var file))
        {
            if (found.TryAdd(file.Name, file))
            {
                foreach (var dependency in file.Dependencies)
                {
                    waiting.Enqueue(dependency);
                }
            }
        }

        return found;
    }

    private static IEnumerable<string> Symbols(FileDescriptor file) =>
    [
        .. file.MessageTypes.SelectMany(Symbols),
        .. file.EnumTypes.Select(type => type.FullName),
        .. file.Services.SelectMany(service => service.Methods.Select(method => method.FullName).Prepend(service.FullName)),
        .. file.Extensions.UnorderedExtensions.Select(extension => extension.FullName),
    ];

    private static IEnumerable<string> Symbols(MessageDescriptor message) =>
    [
        message.FullName,
        .. message.NestedTypes.SelectMany(Symbols),
        .. message.EnumTypes.Select(type => type.FullName),
        .. message.Fields.InDeclarationOrder().Select(field => field.FullName),
    ];
}
