using System.Diagnostics;

namespace CoalitionGateway.Testing.Processes;

/// <summary>A disk of a few megabytes in memory. Tests can fill it up and free it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Mounts it, or skips the test and says why.</summary>
    public static SmallDisk Mount(int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root can mount a small disk.");
        var path = Directory.CreateTempSubdirectory("coalition-disk-").FullName;
        var (exitCode, error) = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "tmpfs", path);
        if (exitCode != 0)
        {
            Directory.Delete(path);
            Assert.Skip($"A small disk cannot be mounted here: {error.Trim()}");
        }

        return new SmallDisk(path);
    }

    /// <summary>Fills the disk until only this many kilobytes are free.</summary>
    public void FillUp(int freeKilobytes)
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var free = new DriveInfo(Path).AvailableFreeSpace - (freeKilobytes * 1024L);
        var block = new byte[64 * 1024];
        try
        {
            for (; free > 0; free -= block.Length)
            {
                file.Write(block, 0, (int)Math.Min(block.Length, free));
            }
        }
        catch (IOException)
        {
            // Other processes write too. The disk is full already.
        }
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        // Lazily, because a process that was just killed can hold it for a moment.
        Run("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private static (int ExitCode, string Error) Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
