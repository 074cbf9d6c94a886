namespace CoalitionGateway.Ledger.Pools;

/// <summary>A pool of points of one programme.</summary>
public sealed record Pool(PoolId Id, ProgrammeId ProgrammeId, DateTime CreateTime) : Row
{
    /// <summary>The largest number of members in a pool, including invited ones.</summary>
    public const int MaxParticipants = 10;

    /// <summary>How long an invitation is valid.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(14);

    public override Key Primary => new Of(Id);

    public sealed record Of(PoolId Id) : Key<Pool>;
}
