using System.ComponentModel;
using System.Diagnostics;

namespace Brim.Targets.Arm.Tests;

/// <summary>
/// The C test of the lane kernels (tests/lanes/check_lanes.c): random layers against plain loops with random and adversarial inputs, under
/// the sanitizers on the host, and as Thumb code on emulated boards.
/// </summary>
public sealed class LaneKernelTests
{
    private static readonly string[] Warnings = ["-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror"];

    [SkippableFact]
    public void RandomLayersMatchPlainLoopsUnderSanitizers()
    {
        using var folder = new TemporaryFolder();
        var program = Path.Combine(folder.Path, "check");
        Compile("gcc",
        [
            "-std=c99", "-O1", "-g", "-DBRIM_CHECKED", "-DCASES=150", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
            .. Warnings, .. Includes, Source("check_lanes.c"), "-o", program,
        ]);
        AssertNoMismatch(program);
    }

    [SkippableTheory]
    [InlineData("cortex-m0", "mps2-an385", "-O2")]
    [InlineData("cortex-m3", "mps2-an385", "-O2")]
    [InlineData("cortex-m4", "mps2-an386", "-O2")]
    [InlineData("cortex-m4", "mps2-an386", "-Os")]
    [InlineData("cortex-m7", "mps2-an500", "-O3")]
    public void RandomLayersMatchPlainLoopsOnABoard(string cpu, string board, string optimisation)
    {
        using var folder = new TemporaryFolder();
        var image = Path.Combine(folder.Path, "check.elf");
        Compile("arm-none-eabi-gcc",
        [
            "-std=c99", optimisation, "-mcpu=" + cpu, "-mthumb", "-mfloat-abi=soft", "-ffreestanding", "-nostdlib", "-DCASES=25", "-DSEED=9",
            .. Warnings, .. Includes, "-T", Source("bare_metal.ld"), Source("bare_metal.c"), Source("check_lanes.c"), "-o", image, "-lgcc",
        ]);
        AssertNoMismatch("qemu-system-arm",
            "-M", board, "-display", "none", "-monitor", "none", "-serial", "none",
            "-semihosting-config", "enable=on,target=native", "-kernel", image);
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Backend.sln")))
                folder = folder.Parent!;
            return folder.FullName;
        }
    }

    private static string[] Includes =>
        ["-I" + Path.Combine(Root, "runtime-c", "include"), "-I" + Path.Combine(Root, "backends", "arm-cmsis", "kernels")];

    private static string Source(string name) => Path.Combine(Root, "backends", "arm-cmsis", "tests", "lanes", name);

    private static void Compile(string compiler, string[] arguments)
    {
        var (code, output) = Run(compiler, arguments);
        Assert.True(code == 0, output);
    }

    private static void AssertNoMismatch(string command, params string[] arguments)
    {
        var (code, output) = Run(command, arguments);
        Assert.True(code == 0, output);
        Assert.Equal("mismatches 0", output.Trim());
    }

    private static (int ExitCode, string Output) Run(string command, string[] arguments)
    {
        var start = new ProcessStartInfo(command) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Skip.If(true, $"needs {command}");
        }
        using (process)
        {
            var errors = process!.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
            {
                process.Kill();
                return (-1, command + " did not end within five minutes");
            }
            return (process.ExitCode, output + errors.GetAwaiter().GetResult());
        }
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("brim-lanes-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
