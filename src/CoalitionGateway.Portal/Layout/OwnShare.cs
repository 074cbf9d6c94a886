using CoalitionGateway.V1;

namespace CoalitionGateway.Portal.Layout;

internal static class OwnShare
{
    /// <summary>The member's own part in a pool. The gateway shows a pool only to those who are in it or invited.</summary>
    public static Participant Own(this Pool pool) => pool.Participants.First(one => one.IsCaller);
}
