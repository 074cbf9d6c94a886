using System.Reflection;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Standins.Tests.PublicApi;

public sealed class PublicApiTests
{
    private const string ListPath = "../shared/facts/grpc-required-api.txt";

    private const string Excerpt = """
        #### Grpc.Core.Api, Version=2.0.0.0, PublicKeyToken=d754f35622e28bad
        == sealed class Grpc.Core.Metadata : IList<Metadata.Entry>, System.Collections.IEnumerable  <SCGEU>
        Metadata	public const string BinaryHeaderSuffix = "-bin"	<inlined>
        Metadata	public static readonly Metadata Empty	<CU>
        Metadata	public void Add(string key, byte[] valueBytes)	<SCEU>
        Metadata	public Metadata.Entry? Get(string key)	<U>
        Metadata	public Metadata.Entry this[int index] { set; }	<U>
        Metadata	explicit implementation of System.Collections.IEnumerable.GetEnumerator()
        == abstract class Grpc.Core.ClientBase<T> : ClientBase where T : ClientBase<T>  <GE>
        ClientBase<T>	protected abstract T NewInstance(ClientBase.ClientBaseConfiguration configuration)	<GE overridden>
        == interface Grpc.Core.IAsyncStreamReader<T> variance(out T)  <SCGEU>
        IAsyncStreamReader<T>	public Task<bool> MoveNext(CancellationToken cancellationToken)	<SCE implemented>
        == abstract class Grpc.Core.ServerCallContext  <SGEU>
        ServerCallContext	protected virtual IDictionary<object, object> UserStateCore { get; }	<S overridden>
        == enum Grpc.Core.WriteFlags [Flags]  <SCU>
        WriteFlags	NoCompress = 2	<inlined>
        """;

    private static readonly Assembly[] Loaded = [typeof(Metadata).Assembly, typeof(ICompressionProvider).Assembly];

    [Fact]
    public void PublicApi_AgainstTheRequiredList_LacksNothing()
    {
        var path = Path.Combine(RepositoryRoot(), ListPath);
        Assert.SkipUnless(File.Exists(path), $"The list of the required API, {ListPath} beside the repository, is not on this machine.");
        var required = RequiredApi.Parse(File.ReadAllText(path));
        Assert.Equal(2, required.Assemblies.Count);
        Assert.Equal(66, required.Types.Count);
        Assert.Equal(298, required.MemberCount);

        var missing = required.MissingFrom(Loaded);

        Assert.True(missing.Count == 0, $"{missing.Count} missing:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void RequiredApi_OfAnExcerpt_IsReadWholeAndLacksNothing()
    {
        var required = RequiredApi.Parse(Excerpt);

        Assert.Equal(5, required.Types.Count);
        Assert.Equal(10, required.MemberCount);
        Assert.Equal(["IList<Metadata.Entry>", "System.Collections.IEnumerable"], required.Types[0].Bases);
        Assert.Empty(required.MissingFrom(Loaded));
    }

    [Theory]
    [InlineData("d754f35622e28bad", "0054f35622e28bad")]
    [InlineData("Version=2.0.0.0", "Version=2.0.0.1")]
    [InlineData("sealed class Grpc.Core.Metadata ", "class Grpc.Core.Metadata ")]
    [InlineData("Grpc.Core.WriteFlags", "Grpc.Core.WriteMarks")]
    [InlineData("IList<Metadata.Entry>,", "IList<Metadata>,")]
    [InlineData("<T> : ClientBase where", "<T> : ChannelBase where")]
    [InlineData("where T : ClientBase<T>", "where T : class")]
    [InlineData("variance(out T)", "variance(in T)")]
    [InlineData("\"-bin\"", "\"-b\"")]
    [InlineData("public static readonly Metadata Empty", "public static Metadata Empty")]
    [InlineData("public static readonly Metadata Empty", "public readonly Metadata Empty")]
    [InlineData("byte[] valueBytes", "byte[]? valueBytes")]
    [InlineData("byte[] valueBytes", "string[] valueBytes")]
    [InlineData("byte[] valueBytes", "byte[] bytes")]
    [InlineData("Metadata.Entry? Get(", "Metadata.Entry Get(")]
    [InlineData("this[int index] { set; }", "this[long index] { set; }")]
    [InlineData("implementation of System.Collections.IEnumerable.Get", "implementation of IEnumerable.Get")]
    [InlineData("protected abstract T New", "protected virtual T New")]
    [InlineData("public Task<bool> MoveNext", "public Task MoveNext")]
    [InlineData("protected virtual IDictionary", "protected IDictionary")]
    [InlineData("protected virtual IDictionary", "public virtual IDictionary")]
    [InlineData("UserStateCore { get; }", "UserStateCore { set; }")]
    [InlineData("NoCompress = 2", "NoCompress = 4")]
    [InlineData("[Flags]", "")]
    public void RequiredApi_OneLineAltered_IsReportedAsMissing(string text, string altered)
    {
        Assert.Contains(text, Excerpt, StringComparison.Ordinal);

        var missing = RequiredApi.Parse(Excerpt.Replace(text, altered, StringComparison.Ordinal)).MissingFrom(Loaded);

        Assert.Single(missing);
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CoalitionGateway.sln")))
            {
                return folder.FullName;
            }
        }

        return AppContext.BaseDirectory;
    }
}
