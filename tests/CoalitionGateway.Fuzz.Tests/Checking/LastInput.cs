using System.Text;
using Microsoft.Win32.SafeHandles;

namespace CoalitionGateway.Fuzz.Tests.Checking;

/// <summary>
/// A file with the last input that a fuzzer sent. An input that ends the process (a stack overflow) leaves no other trace. If
/// the process ends normally, the file is deleted.
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
