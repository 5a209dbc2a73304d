using Brim.Testing;

namespace Brim.Compile.Tests.Kernels.Portable;

/// <summary>The runtime's C sources: its own host programs, and every kernel file alone on every kind of core.</summary>
public sealed class RuntimeCTests
{
    private static readonly string Root = Path.Combine(TestData.RepositoryRoot, "runtime-c");

    public static TheoryData<string> Programs => [.. FilesIn("tests")];

    public static TheoryData<string, string> Compilers => new()
    {
        { "gcc", "-O2" },
        { "gcc", "-O0 -DBRIM_CHECKED" },
        { "arm-none-eabi-gcc", "-Os -mthumb -mcpu=cortex-m0" },
        { "arm-none-eabi-gcc", "-O3 -mthumb -mcpu=cortex-m4" },
        { "arm-none-eabi-gcc", "-O3 -mthumb -mcpu=cortex-m55" },
        { "riscv64-unknown-elf-gcc", "-O2 -march=rv32imc -mabi=ilp32" },
    };

    [SkippableTheory]
    [MemberData(nameof(Programs))]
    public void HostProgramsFindNoDifference(string name)
    {
        var source = File.ReadAllText(Path.Combine(Root, "tests", name));
        foreach (var options in new[] { HostC.Checked, ["-O2"] })
        {
            var (exit, output) = HostC.CompileAndRun(source, options);
            Assert.True(exit == 0 && output.Length == 0, $"exit code {exit}: {output}");
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Compilers))]
    public void EveryKernelFileCompilesAloneWithoutWarnings(string compiler, string options)
    {
        var folder = Directory.CreateTempSubdirectory("brim-kernels-");
        try
        {
            foreach (var file in FilesIn("src"))
            {
                var (exit, output) = HostC.Run(compiler,
                [
                    .. HostC.Warnings, .. options.Split(' '), "-ffreestanding", HostC.RuntimeInclude,
                    "-c", Path.Combine(Root, "src", file), "-o", Path.Combine(folder.FullName, "kernel.o"),
                ]);
                Assert.True(exit == 0, output);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void KernelsAreFreestanding()
    {
        string[] allowed = ["<stdbool.h>", "<stddef.h>", "<stdint.h>", "<arm_acle.h>"];
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "src")).Concat(Directory.EnumerateFiles(Path.Combine(Root, "include", "brim"))))
        {
            var system = File.ReadLines(file).Where(l => l.StartsWith("#include <", StringComparison.Ordinal)).Select(l => l["#include ".Length..].Trim());
            Assert.Empty(system.Except(allowed).Select(header => $"{file}: {header}"));
        }
    }

    private static List<string> FilesIn(string folder)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root, folder), "*.c").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(files);
        return files;
    }
}
