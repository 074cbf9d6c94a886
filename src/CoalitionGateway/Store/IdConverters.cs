using System.Linq.Expressions;
using CoalitionGateway.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CoalitionGateway.Store;

/// <summary>How the ledger's ids and times are stored: UUIDs as 16 bytes in their order, times as microseconds.</summary>
internal static class IdConverters
{
    public static void Register(ModelConfigurationBuilder builder)
    {
        builder.Properties<PartnerId>().HaveConversion<PartnerIds>();
        builder.Properties<ProgrammeId>().HaveConversion<ProgrammeIds>();
        builder.Properties<MemberId>().HaveConversion<MemberIds>();
        builder.Properties<MembershipId>().HaveConversion<MembershipIds>();
        builder.Properties<PoolId>().HaveConversion<PoolIds>();
        builder.Properties<ParticipantId>().HaveConversion<ParticipantIds>();
        builder.Properties<EventId>().HaveConversion<EventIds>();
        builder.Properties<Guid>().HaveConversion<Uuids>();
        builder.Properties<DateTime>().HaveConversion<Times>();
    }

    public static byte[] ToBytes(Guid id) => id.ToByteArray(bigEndian: true);

    private static Guid ToGuid(byte[] bytes) => new(bytes, bigEndian: true);

    private sealed class PartnerIds() : ValueConverter<PartnerId, string>(id => id.Value, text => new PartnerId(text));

    private sealed class ProgrammeIds() : ValueConverter<ProgrammeId, string>(id => id.Value, text => new ProgrammeId(text));

    private sealed class MemberIds() : UuidConverter<MemberId>(id => ToBytes(id.Value), bytes => new MemberId(ToGuid(bytes)));

    private sealed class MembershipIds() : UuidConverter<MembershipId>(id => ToBytes(id.Value), bytes => new MembershipId(ToGuid(bytes)));

    private sealed class PoolIds() : UuidConverter<PoolId>(id => ToBytes(id.Value), bytes => new PoolId(ToGuid(bytes)));

    private sealed class ParticipantIds() : UuidConverter<ParticipantId>(id => ToBytes(id.Value), bytes => new ParticipantId(ToGuid(bytes)));

    private sealed class EventIds() : UuidConverter<EventId>(id => ToBytes(id.Value), bytes => new EventId(ToGuid(bytes)));

    private sealed class Uuids() : UuidConverter<Guid>(id => ToBytes(id), bytes => ToGuid(bytes));

    private sealed class Times() : ValueConverter<DateTime, long>(
        time => Clock.ToUnixMicroseconds(time), number => Clock.FromUnixMicroseconds(number));

    private abstract class UuidConverter<TId>(Expression<Func<TId, byte[]>> to, Expression<Func<byte[], TId>> from)
        : ValueConverter<TId, byte[]>(to, from);
}
