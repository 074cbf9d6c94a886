using CoalitionGateway.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CoalitionGateway.Platform.Store;

/// <summary>
/// Converts the ledger's ids and times for storage: UUIDs as UUIDs or as 16 bytes (big-endian), times as microseconds.
/// </summary>
internal static class IdConverters
{
    public static void Register(ModelConfigurationBuilder builder, bool uuidsAsBytes)
    {
        builder.Properties<EventKind>().HaveConversion<EventKinds>();
        builder.Properties<PartnerId>().HaveConversion<PartnerIds>();
        builder.Properties<ProgrammeId>().HaveConversion<ProgrammeIds>();
        builder.Properties<PersonId>().HaveConversion<PersonIds>();
        builder.Properties<AccountId>().HaveConversion<AccountIds>();
        builder.Properties<DateTime>().HaveConversion<Times>();
        if (uuidsAsBytes)
        {
            builder.Properties<MemberId>().HaveConversion<MemberBytes>();
            builder.Properties<MembershipId>().HaveConversion<MembershipBytes>();
            builder.Properties<PoolId>().HaveConversion<PoolBytes>();
            builder.Properties<ParticipantId>().HaveConversion<ParticipantBytes>();
            builder.Properties<EventId>().HaveConversion<EventBytes>();
            builder.Properties<Guid>().HaveConversion<UuidBytes>();
        }
        else
        {
            builder.Properties<MemberId>().HaveConversion<MemberUuids>();
            builder.Properties<MembershipId>().HaveConversion<MembershipUuids>();
            builder.Properties<PoolId>().HaveConversion<PoolUuids>();
            builder.Properties<ParticipantId>().HaveConversion<ParticipantUuids>();
            builder.Properties<EventId>().HaveConversion<EventUuids>();
        }
    }

    public static byte[] ToBytes(Guid id) => id.ToByteArray(bigEndian: true);

    private static Guid ToGuid(byte[] bytes) => new(bytes, bigEndian: true);

    private sealed class EventKinds() : ValueConverter<EventKind, int>(kind => kind.Number, number => new EventKind(number));

    private sealed class PartnerIds() : ValueConverter<PartnerId, string>(id => id.Value, text => new PartnerId(text));

    private sealed class ProgrammeIds() : ValueConverter<ProgrammeId, string>(id => id.Value, text => new ProgrammeId(text));

    private sealed class PersonIds() : ValueConverter<PersonId, string>(id => id.Value, text => new PersonId(text));

    private sealed class AccountIds() : ValueConverter<AccountId, string>(id => id.Value, text => new AccountId(text));

    private sealed class MemberBytes() : ValueConverter<MemberId, byte[]>(id => ToBytes(id.Value), bytes => new MemberId(ToGuid(bytes)));

    private sealed class MembershipBytes() : ValueConverter<MembershipId, byte[]>(id => ToBytes(id.Value), bytes => new MembershipId(ToGuid(bytes)));

    private sealed class PoolBytes() : ValueConverter<PoolId, byte[]>(id => ToBytes(id.Value), bytes => new PoolId(ToGuid(bytes)));

    private sealed class ParticipantBytes() : ValueConverter<ParticipantId, byte[]>(id => ToBytes(id.Value), bytes => new ParticipantId(ToGuid(bytes)));

    private sealed class EventBytes() : ValueConverter<EventId, byte[]>(id => ToBytes(id.Value), bytes => new EventId(ToGuid(bytes)));

    private sealed class UuidBytes() : ValueConverter<Guid, byte[]>(id => ToBytes(id), bytes => ToGuid(bytes));

    private sealed class MemberUuids() : ValueConverter<MemberId, Guid>(id => id.Value, uuid => new MemberId(uuid));

    private sealed class MembershipUuids() : ValueConverter<MembershipId, Guid>(id => id.Value, uuid => new MembershipId(uuid));

    private sealed class PoolUuids() : ValueConverter<PoolId, Guid>(id => id.Value, uuid => new PoolId(uuid));

    private sealed class ParticipantUuids() : ValueConverter<ParticipantId, Guid>(id => id.Value, uuid => new ParticipantId(uuid));

    private sealed class EventUuids() : ValueConverter<EventId, Guid>(id => id.Value, uuid => new EventId(uuid));

    private sealed class Times() : ValueConverter<DateTime, long>(
        time => Clock.ToUnixMicroseconds(time), number => Clock.FromUnixMicroseconds(number));
}
