using System.Text.Encodings.Web;
using System.Text.Json;
using CoalitionGateway.Client;
using CoalitionGateway.Portal.Layout;
using CoalitionGateway.V1;
using Grpc.Core;

namespace CoalitionGateway.Portal.Proofs;

/// <summary>The pages that prove to a member that something is in the log. The browser itself checks it.</summary>
internal static class ProofPages
{
    public static void Map(RouteGroupBuilder members)
    {
        members.MapGet("/proofs", List);
        members.MapGet("/proofs/{id:guid}", Show);
        members.MapGet("/proofs/{id:guid}/bundle", Bundle);
        members.MapGet("/proofs/{id:guid}/receipt", Receipt);
    }

    private static async Task<IResult> List(Visit visit)
    {
        var consents = await Client.Pages.Of(new ListConsentsRequest { PageSize = 200 }, visit.Gateway.Consents.ListConsentsAsync, page => page.Consents, visit.Cancel).ToListAsync(visit.Cancel);
        return Page.Of<ProofsPage, ProofsView>(visit, new ProofsView(await visit.Names(), [.. consents.Where(one => one.ConsentEventId.Length > 0)]));
    }

    private static async Task<IResult> Show(Visit visit, Guid id)
    {
        var names = await visit.Names();
        return await Prove(visit, id) is { } proof
            ? Page.Of<ProofPage, ProofView>(visit, new ProofView(names, proof, JsonSerializer.Serialize(ProofBundle.Of(proof)), await ReceiptOf(visit, id) is not null))
            : Page.Of<ProofWaitsPage, Guid>(visit, id);
    }

    /// <summary>The bundle to keep: `coalition check` verifies it without the gateway.</summary>
    private static async Task<IResult> Bundle(Visit visit, Guid id) => await Prove(visit, id) is { } proof
        ? Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(ProofBundle.Of(proof), _readable), "application/json", $"proof-{id}.json")
        : Page.Of<ProofWaitsPage, Guid>(visit, id);

    private static async Task<IResult> Receipt(Visit visit, Guid id) => await ReceiptOf(visit, id) is { } receipt
        ? Results.Text(receipt, "application/jose")
        : Page.Of<FailurePage, Failure>(visit, Failure.NotFound, StatusCodes.Status404NotFound);

    /// <summary>The proof; null: the log does not cover the event yet.</summary>
    private static async Task<GetInclusionProofResponse?> Prove(Visit visit, Guid id)
    {
        try
        {
            return await visit.Gateway.Audit.GetInclusionProofAsync(new GetInclusionProofRequest { EventId = id.ToString() }, cancellationToken: visit.Cancel);
        }
        catch (RpcException failed) when (GatewayRefusal.From(failed)?.Reason == ErrorReason.EventNotCovered)
        {
            return null;
        }
    }

    /// <summary>The receipt of a consent's event; null: the event is of something else.</summary>
    private static async Task<string?> ReceiptOf(Visit visit, Guid id)
    {
        try
        {
            return (await visit.Gateway.Consents.GetConsentReceiptAsync(new GetConsentReceiptRequest { ConsentEventId = id.ToString() }, cancellationToken: visit.Cancel)).Receipt;
        }
        catch (RpcException failed) when (GatewayRefusal.From(failed)?.Reason == ErrorReason.EventNotFound)
        {
            return null;
        }
    }

    private static readonly JsonSerializerOptions _readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>A proof bundle in its published format (docs/formats).</summary>
internal static class ProofBundle
{
    public static Dictionary<string, object> Of(GetInclusionProofResponse proof) => new()
    {
        ["format"] = "coalition-gateway/bundle/v1",
        ["event"] = new Dictionary<string, object>
        {
            ["log_index"] = proof.Event.LogIndex,
            ["member_number"] = proof.Event.MemberNumber,
            ["event"] = proof.Event.Event.ToBase64(),
            ["hashes"] = proof.Hashes.Select(hash => hash.ToBase64()).ToArray(),
        },
        ["checkpoint"] = proof.Checkpoint.Note,
        ["verifier_key"] = proof.Checkpoint.VerifierKey,
    };
}

public sealed record ProofsView(Names Names, IReadOnlyList<Consent> Consents);

/// <param name="Bundle">The proof bundle as JSON, for the browser's own check.</param>
/// <param name="HasReceipt">Whether the event is a consent's, which has a receipt.</param>
public sealed record ProofView(Names Names, GetInclusionProofResponse Proof, string Bundle, bool HasReceipt);
