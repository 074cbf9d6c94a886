using System.Text;
using Grpc.Core;

namespace Grpc.Standins.Tests.Behaviour;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("X-Request-Id", "x-request-id")]
    [InlineData("already-low", "already-low")]
    [InlineData("A_b.C-9", "a_b.c-9")]
    public void Key_InAnyCase_IsStoredInLowerCase(string given, string stored) =>
        Assert.Equal(stored, new Metadata.Entry(given, "v").Key);

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("colon:")]
    [InlineData("slash/")]
    [InlineData("ümlaut")]
    [InlineData("kelvin-\u212a")]
    [InlineData("line\n")]
    public void Key_WithOtherCharacters_IsRefused(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "v"));

    [Fact]
    public void Key_Null_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry(null!, "v"));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry(null!, [1]));
    }

    [Fact]
    public void Value_Null_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("key", (string)null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("key-bin", (byte[])null!));
    }

    [Theory]
    [InlineData("key-bin")]
    [InlineData("KEY-BIN")]
    [InlineData("-bin")]
    public void TextEntry_KeyEndingInBin_IsRefused(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "text"));

    [Theory]
    [InlineData("key")]
    [InlineData("bin")]
    [InlineData("key-bin-2")]
    public void BinaryEntry_KeyNotEndingInBin_IsRefused(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, [1, 2]));

    [Fact]
    public void TextEntry_ReadAsBytes_GivesItsAsciiBytes()
    {
        var entry = new Metadata.Entry("key", "text");

        Assert.False(entry.IsBinary);
        Assert.Equal("text", entry.Value);
        Assert.Equal(Encoding.ASCII.GetBytes("text"), entry.ValueBytes);
    }

    [Fact]
    public void BinaryEntry_ReadAsText_Throws()
    {
        var entry = new Metadata.Entry("key-bin", [1, 2]);

        Assert.True(entry.IsBinary);
        Assert.Throws<InvalidOperationException>(() => entry.Value);
    }

    [Fact]
    public void BinaryEntry_ArrayChangedOutside_KeepsItsOwnBytes()
    {
        byte[] given = [1, 2];
        var entry = new Metadata.Entry("key-bin", given);

        given[0] = 99;
        entry.ValueBytes[1] = 99;

        Assert.Equal([1, 2], entry.ValueBytes);
    }

    [Fact]
    public void EntryToString_OfText_NamesKeyAndValue() =>
        Assert.Equal("[Entry: key=key, value=text]", new Metadata.Entry("Key", "text").ToString());

    [Fact]
    public void Get_KeyThatOccursTwice_ReturnsTheLast()
    {
        var metadata = new Metadata { { "key", "first" }, { "other", "x" }, { "key", "last" } };

        Assert.Same(metadata[2], metadata.Get("key"));
        Assert.Equal("last", metadata.GetValue("key"));
        Assert.Equal("last"u8.ToArray(), metadata.GetValueBytes("key"));
    }

    [Fact]
    public void GetAll_KeyThatOccursTwice_ReturnsBothInOrder()
    {
        var metadata = new Metadata { { "key", "first" }, { "other", "x" }, { "KEY", "last" } };

        Assert.Equal(["first", "last"], metadata.GetAll("key").Select(entry => entry.Value));
    }

    [Fact]
    public void Get_KeyThatIsNotThere_ReturnsNothing()
    {
        var metadata = new Metadata { { "key", "value" } };

        Assert.Null(metadata.Get("no"));
        Assert.Null(metadata.GetValue("no"));
        Assert.Null(metadata.GetValueBytes("no-bin"));
        Assert.Empty(metadata.GetAll("no"));
    }

    [Fact]
    public void GetValue_OfABinaryEntry_Throws()
    {
        var metadata = new Metadata { { "key-bin", [1] } };

        Assert.Throws<InvalidOperationException>(() => metadata.GetValue("key-bin"));
        Assert.Equal([1], metadata.GetValueBytes("key-bin")!);
    }

    [Fact]
    public void List_InsertedReplacedAndRemoved_KeepsItsOrder()
    {
        var (a, b, c, d) = (new Metadata.Entry("a", "1"), new Metadata.Entry("b", "2"), new Metadata.Entry("c", "3"), new Metadata.Entry("d", "4"));
        var metadata = new Metadata { a, c };

        metadata.Insert(1, b);
        metadata[2] = d;
        Assert.Equal([a, b, d], metadata);
        Assert.Equal(2, metadata.IndexOf(d));

        Assert.True(metadata.Remove(a));
        Assert.False(metadata.Remove(a));
        metadata.RemoveAt(0);
        Assert.Equal([d], metadata);
        Assert.Contains(d, metadata);
        Assert.DoesNotContain(c, metadata);

        var copy = new Metadata.Entry[2];
        metadata.CopyTo(copy, 1);
        Assert.Null(copy[0]);
        Assert.Same(d, copy[1]);

        metadata.Clear();
        Assert.Empty(metadata);
    }

    [Fact]
    public void List_NullEntry_IsRefused()
    {
        var metadata = new Metadata { { "key", "value" } };

        Assert.Throws<ArgumentNullException>(() => metadata.Add(null!));
        Assert.Throws<ArgumentNullException>(() => metadata.Insert(0, null!));
        Assert.Throws<ArgumentNullException>(() => metadata[0] = null!);
        Assert.Single(metadata);
    }

    [Fact]
    public void Empty_AnyChange_IsRefused()
    {
        var entry = new Metadata.Entry("key", "value");
        Action[] changes =
        [
            () => Metadata.Empty.Add(entry),
            () => Metadata.Empty.Add("key", "value"),
            () => Metadata.Empty.Add("key-bin", [1]),
            () => Metadata.Empty.Insert(0, entry),
            () => Metadata.Empty.Remove(entry),
            () => Metadata.Empty.Clear(),
        ];

        Assert.All(changes, change => Assert.Throws<InvalidOperationException>(change));
        Assert.Empty(Metadata.Empty);
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.False(new Metadata().IsReadOnly);
    }
}
