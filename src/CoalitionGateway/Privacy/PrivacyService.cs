using System.Text;
using CoalitionGateway.Access;
using CoalitionGateway.Audit;
using CoalitionGateway.Journal;
using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Audit;
using CoalitionGateway.Ledger.Consents;
using CoalitionGateway.Rpc;
using Google.Protobuf;
using Grpc.Core;

namespace CoalitionGateway.Privacy;

internal sealed class PrivacyService(PersonalRecords records, CommandJournal journal, NoticesInForce notices) : V1.PrivacyService.PrivacyServiceBase
{
    private const int _chunkBytes = 65_536;
    private static readonly JsonFormatter _json = new(JsonFormatter.Settings.Default.WithIndentation());

    public override async Task StreamPersonalData(
        V1.StreamPersonalDataRequest request, IServerStreamWriter<V1.StreamPersonalDataResponse> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var fields = new Fields();
        var isOfficers = caller.Kind == CallerKind.Officer;
        fields.Require(request.MemberId, isOfficers || request.MemberId.Length == 0, "member_id", "must be empty: a member asks for themself.");
        var member = isOfficers ? new MemberId(fields.Uuid(request.MemberId, "member_id")) : caller.MemberId();
        fields.Require(
            request.Format, request.Format is V1.DocumentFormat.Json or V1.DocumentFormat.Html, "format", "must be DOCUMENT_FORMAT_JSON or DOCUMENT_FORMAT_HTML.");
        fields.Check();

        // Recorded first: what cannot be recorded is not handed out.
        var made = await journal.Submit<AuditRead>(
            new RecordAuditRead(caller.Issue(Guid.CreateVersion7()), nameof(StreamPersonalData), member, null), context.CancellationToken);
        var record = await records.Until(made.Id, member, context.CancellationToken);
        var document = Encoding.UTF8.GetBytes(request.Format == V1.DocumentFormat.Json
            ? _json.Format(record.ToWire(new LogView(member, null, isOfficers), made, notices))
            : PersonalPage.Write(record, made, notices));
        for (var sent = 0; sent < document.Length; sent += _chunkBytes)
        {
            var part = new V1.StreamPersonalDataResponse
            {
                Chunk = UnsafeByteOperations.UnsafeWrap(document.AsMemory(sent, Math.Min(_chunkBytes, document.Length - sent))),
                EventId = sent == 0 ? made.Id.ToString() : "",
            };
            await responseStream.WriteAsync(part, context.CancellationToken);
        }
    }
}
