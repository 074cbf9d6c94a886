using System.Text;
using Microsoft.Win32.SafeHandles;

namespace CoalitionGateway.Fuzz.Tests.Checking;

/// <summary>
/// A file with what a fuzzer sent last. An input that ends the process (a stack that overflows) leaves no other trace;
/// where the process ends as it should, the file goes.
/// </summary>
internal sealed class LastInput : IDisposable
{
    private const int _most = 16 * 1024;
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"coalition-fuzz-{Environment.ProcessId}-{Guid.NewGuid():N}.txt");
    private readonly SafeFileHandle _file;

    public LastInput() => _file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.Write);

    public void Keep(string input)
    {
        var bytes = Encoding.UTF8.GetBytes(input.Length > _most ? input[.._most] : input);
        RandomAccess.Write(_file, bytes, 0);
        RandomAccess.SetLength(_file, bytes.Length);
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_path);
    }
}
