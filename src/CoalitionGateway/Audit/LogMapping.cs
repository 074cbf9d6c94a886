using CoalitionGateway.Ledger;
using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Rpc;
using CoalitionGateway.Store;
using Google.Protobuf;

namespace CoalitionGateway.Audit;

internal static class LogMapping
{
    /// <summary>The entry as far as the view shows it.</summary>
    public static V1.LoggedEvent ToWire(this LoggedEvent found, LogView view)
    {
        var (made, isOpen) = (found.Event, view.NamesMembers || found.Event.Subject is null);
        return new V1.LoggedEvent
        {
            LogIndex = found.LogIndex,
            EventId = made.Id.ToString(),
            Type = made.Kind.ToString(),
            Time = made.Time.ToWire(),
            Actor = view.NamesMembers || made.Header.Actor.Kind != CallerKind.Member ? made.Header.Actor.ToString() : "",
            MemberId = isOpen ? made.Subject?.ToString() ?? "" : "",
            MemberNumber = isOpen ? found.Entry.MemberNumber : 0,
            PartnerId = made.Partner?.Value ?? "",
            Event = isOpen ? ByteString.CopyFrom(found.Entry.Event) : ByteString.Empty,
            LeafHash = ByteString.CopyFrom(found.Entry.LeafHash),
        };
    }

    public static V1.Checkpoint ToWire(this StoredCheckpoint checkpoint, string verifierKey) => new()
    {
        Size = checkpoint.Size,
        SignTime = checkpoint.Time.ToWire(),
        Note = checkpoint.Note,
        VerifierKey = verifierKey,
    };
}
