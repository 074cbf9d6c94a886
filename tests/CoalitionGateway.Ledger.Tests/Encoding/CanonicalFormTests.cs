using CoalitionGateway.Ledger.Encoding;
using CoalitionGateway.Ledger.Tests.Properties;
using FsCheck.Fluent;

namespace CoalitionGateway.Ledger.Tests.Encoding;

/// <summary>The only form that is hashed and stored, tested value by value. Bytes in another form are not read.</summary>
public sealed class CanonicalFormTests
{
    [Theory]
    [InlineData(0, "0000000000000000")]
    [InlineData(1, "0000000000000001")]
    [InlineData(-1, "ffffffffffffffff")]
    [InlineData(long.MinValue, "8000000000000000")]
    [InlineData(long.MaxValue, "7fffffffffffffff")]
    public void Number_IsEightBytesBigEndian(long value, string hex)
    {
        Assert.Equal(hex, Hex(writer => writer.Number(value)));
        Assert.Equal(value, Read(hex, reader => reader.Number()));
    }

    [Theory]
    [InlineData("", "00000000")]
    [InlineData("a", "0000000161")]
    [InlineData("Å", "00000002c385")]
    [InlineData("🙂", "00000004f09f9982")]
    [InlineData("\uFEFFa", "00000004efbbbf61")]
    [InlineData("e\u0301", "0000000365cc81")]
    public void Text_IsItsLengthThenUtf8_NeverNormalised(string value, string hex)
    {
        Assert.Equal(hex, Hex(writer => writer.Text(value)));
        Assert.Equal(value, Read(hex, reader => reader.Text()));
    }

    [Fact]
    public void Uuid_HasTheByteOrderOfItsText()
    {
        var id = Guid.Parse("01900000-0203-7405-8607-08090a0b0c0d");

        Assert.Equal("0190000002037405860708090a0b0c0d", Hex(writer => writer.Uuid(id)));
        Assert.Equal(id, Read("0190000002037405860708090a0b0c0d", reader => reader.Uuid()));
    }

    [Theory]
    [InlineData(0, "0000000000000000")]
    [InlineData(10, "0000000000000001")]
    [InlineData(-1, "ffffffffffffffff")]
    [InlineData(-10, "ffffffffffffffff")]
    public void Time_IsMicrosecondsSince1970(long ticks, string hex) => Assert.Equal(hex, Hex(writer => writer.Time(DateTime.UnixEpoch.AddTicks(ticks))));

    [Fact]
    public void OptionalValue_FollowsAPresenceByte()
    {
        Assert.Equal("00" + "0000", Hex(writer => writer.OptionalNumber(null).OptionalText(null).OptionalUuid(null)));
        Assert.Equal("01" + "0000000000000007" + "01" + "00000000", Hex(writer => writer.OptionalNumber(7).OptionalText("")));
        Assert.Equal((7L, null), Read("01" + "0000000000000007" + "00", reader => (reader.OptionalNumber(), reader.OptionalText())));
        Assert.Equal((null, Guid.Empty), Read("00" + "01" + "00000000000000000000000000000000", reader => (reader.OptionalUuid(), reader.OptionalUuid()!.Value)));
    }

    [Fact]
    public void List_FollowsItsCount()
    {
        Assert.Equal("00000002" + "0000000161" + "00000000", Hex(writer => writer.Texts(["a", ""])));
        Assert.Equal(["a", ""], Read("00000002" + "0000000161" + "00000000", reader => reader.Texts()));
    }

    // A count is checked before memory for it is allocated. Four bytes must not cost two gigabytes.
    [Theory]
    [InlineData("7fffffff")]
    [InlineData("ffffffff")]
    [InlineData("80000000")]
    [InlineData("00000002" + "61")]
    public void Count_LargerThanTheBytesLeft_ThrowsFormatException(string hex)
    {
        Assert.Throws<FormatException>(() => Read(hex, reader => reader.Text()));
        Assert.Throws<FormatException>(() => Read(hex, reader => reader.Bytes()));
        Assert.Throws<FormatException>(() => Read(hex, reader => reader.Texts()));
    }

    [Theory]
    [InlineData("00000001" + "80")]
    [InlineData("00000002" + "c080")]
    [InlineData("00000003" + "eda080")]
    [InlineData("00000002" + "c3c3")]
    public void Text_InvalidUtf8_ThrowsFormatException(string hex) => Assert.Throws<FormatException>(() => Read(hex, reader => reader.Text()));

    [Theory]
    [InlineData("02")]
    [InlineData("ff")]
    public void PresenceByte_NeitherZeroNorOne_ThrowsFormatException(string hex) => Assert.Throws<FormatException>(() => Read(hex, reader => reader.OptionalText()));

    // The largest and the smallest number are outside the range of DateTime.
    [Theory]
    [InlineData("7fffffffffffffff")]
    [InlineData("8000000000000000")]
    [InlineData("06f05b59d3b20000")]
    public void Time_OutsideTheCalendar_ThrowsFormatException(string hex) => Assert.Throws<FormatException>(() => Read(hex, reader => reader.Time()));

    [Fact]
    public void End_BytesLeft_ThrowsFormatException()
    {
        var reader = new CanonicalReader(new byte[2]);
        reader.Byte();

        Assert.Throws<FormatException>(reader.End);
        reader.Byte();
        Assert.Null(Record.Exception(reader.End));
    }

    [Fact]
    public void Decode_ArbitraryBytes_ThrowsFormatException() => Sizes.Check(
        Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(),
        bytes => Assert.Throws<FormatException>(() => EventCodec.Decode(bytes)));

    private static string Hex(Func<CanonicalWriter, CanonicalWriter> write) => Convert.ToHexStringLower(write(new CanonicalWriter()).ToArray());

    private static T Read<T>(string hex, Func<CanonicalReader, T> read)
    {
        var reader = new CanonicalReader(Convert.FromHexString(hex));
        var value = read(reader);
        reader.End();
        return value;
    }
}
