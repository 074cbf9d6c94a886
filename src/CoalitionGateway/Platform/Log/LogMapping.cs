using CoalitionGateway.Ledger.Proofs;
using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Rpc;
using CoalitionGateway.Platform.Store;
using CoalitionGateway.Platform.Wire;
using Google.Protobuf;

namespace CoalitionGateway.Platform.Log;

internal static class LogMapping
{
    /// <summary>The entry as far as the view shows it.</summary>
    public static V1.LoggedEvent ToWire(this LoggedEvent found, LogView view)
    {
        // Only an officer learns the coalition's id of another member. Neither the actor nor the bytes may reveal this id to
        // others.
        var made = found.Event;
        var isByAnother = made.Header.Actor.Kind == CallerKind.Member && !view.IsOfficers && made.Header.Actor.Id != view.MemberId?.ToString();
        var isOpen = view.IsOfficers || (!isByAnother && (view.MemberId is not null || made.Subject is null));
        return new V1.LoggedEvent
        {
            LogIndex = found.LogIndex,
            EventId = made.Id.ToString(),
            Type = made.Kind.ToString(),
            Time = made.Time.ToWire(),
            Actor = isByAnother ? "" : made.Header.Actor.ToString(),
            MemberId = isOpen || view.MemberId is not null ? made.Subject?.ToString() ?? "" : "",
            MemberNumber = isOpen || view.MemberId is not null ? found.Entry.MemberNumber : 0,
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
