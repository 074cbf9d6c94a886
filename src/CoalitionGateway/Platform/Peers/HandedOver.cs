using CoalitionGateway.Ledger;
using CoalitionGateway.Platform.Journal;
using CoalitionGateway.Platform.Store;

namespace CoalitionGateway.Platform.Peers;

/// <summary>A command that another gateway handed over and waits for.</summary>
internal sealed record HandedOver(FollowerConnection From, long Number, Command Command, byte[] Fingerprint) : Waiting(Command, Fingerprint)
{
    public override bool IsWanted => From.IsOpen;

    public override void Tell(Answer answer) => Say(PeerWord.Answer, answer.Encode());

    public override void Flush() => From.Flush();

    public override void Fail(Exception failed)
    {
        Say(failed is StoreUnavailableException ? PeerWord.Unavailable : PeerWord.Failed, System.Text.Encoding.UTF8.GetBytes(failed.Message));
        From.Flush();
    }

    public override void Drop() => From.Free();

    private void Say(PeerWord word, byte[] bytes)
    {
        From.Free();
        From.Say(Number, word, bytes);
    }
}
