using Brim.Core.Diagnostics;
using Brim.Emulation;

namespace Brim.QemuTests.Boards;

/// <summary>Every target's board runs a model, and a model that misbehaves ends with a message.</summary>
public class BoardTests
{
    private const string Doubling = """
        static const int8_t table[4] = {1, 2, 3, 4};
        void brim_test_run(const int8_t *in, int8_t *out, void *arena) {
            int16_t *sums = arena;
            for (int i = 0; i < 4; i++) sums[i] = (int16_t)(in[i] * table[i]);
            for (int i = 0; i < 4; i++) out[i] = (int8_t)sums[i];
        }
        """;

    public static TheoryData<string> Targets => [.. Bench.TargetNames];

    [SkippableTheory]
    [MemberData(nameof(Targets))]
    public void OutputsComeBack(string target)
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var result = Bench.Count(folder, Bench.Library(folder, Doubling), target, 1, 1, 1, 1, 255, 10, 20, 30);
        Assert.Equal(2, result.Inferences);
        Assert.Equal((byte[])[1, 2, 3, 4, 255, 20, 60, 120], result.Outputs);
        Assert.InRange(result.Sizes.CodeBytes, 20, 200);
        Assert.InRange(result.Sizes.ConstantBytes, 0, 16);
        Assert.Equal((0, 0), (result.Sizes.DataBytes, result.Sizes.ZeroedBytes));
    }

    [SkippableTheory]
    [InlineData("cortex-m4", "*(volatile int *)0xf0000000u = 1;", "the processor took a fault in brim_test_run")]
    [InlineData("cortex-m0", "__asm__ volatile(\".hword 0xde00\");", "the processor took a fault in brim_test_run")]
    [InlineData("cortex-m33", "*(volatile int *)0xf0000000u = 1;", "the processor took a fault in brim_test_run")]
    [InlineData("cortex-m4", "((int8_t *)arena)[64] = 1;", "the model wrote outside of its arena or outputs")]
    [InlineData("cortex-m4", "((int8_t *)arena)[-1] = 1;", "the model wrote outside of its arena or outputs")]
    [InlineData("cortex-m4", "out[4] = 1;", "the model wrote outside of its arena or outputs")]
    public void MisbehaviourIsReported(string target, string statement, string message)
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var diagnostics = Fail(folder, target, $"void brim_test_run(const int8_t *in, int8_t *out, void *arena) {{ (void)in; (void)out; (void)arena; {statement} }}");
        var diagnostic = Assert.Single(diagnostics.Items);
        Assert.Equal(EmulationDiagnostics.RunFailed, diagnostic.Descriptor);
        Assert.Equal(message, diagnostic.Message);
    }

    [SkippableTheory]
    [InlineData("cortex-m0")]
    [InlineData("cortex-m4")]
    [InlineData("cortex-m33")]
    [InlineData("cortex-m55")]
    public void StackOverflowIsReported(string target)
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var diagnostics = Fail(folder, target, """
            __attribute__((noinline)) static int deeper(volatile int *p) { volatile int here[8] = {*p}; return *p == 5 ? 0 : deeper(here) + here[0]; }
            void brim_test_run(const int8_t *in, int8_t *out, void *arena) { (void)in; volatile int *a = arena; *a = 1; out[0] = (int8_t)deeper(a); }
            """);
        Assert.Equal("the stack overflowed", Assert.Single(diagnostics.Items).Message);
    }

    [SkippableFact]
    public void EndlessLoopTimesOut()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var diagnostics = Fail(folder, "cortex-m4", "void brim_test_run(const int8_t *in, int8_t *out, void *arena) { (void)in; (void)out; (void)arena; for (;;) __asm__ volatile(\"\"); }");
        Assert.Equal(EmulationDiagnostics.TimedOut, Assert.Single(diagnostics.Items).Descriptor);
    }

    [SkippableFact]
    public void WrongInputSizeIsReported()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var image = Bench.Build(folder, Bench.Library(folder, Doubling), "cortex-m4");
        var diagnostics = new DiagnosticBag();
        Assert.Null(QemuRunner.Run(image, new byte[7], new QemuOptions(TimeSpan.FromSeconds(10)), folder.Path, diagnostics));
        Assert.Equal(EmulationDiagnostics.BadInputs, Assert.Single(diagnostics.Items).Descriptor);
    }

    [SkippableFact]
    public void MissingCompilerSaysWhatToInstall()
    {
        using var folder = new TestFolder();
        var target = Bench.Target("cortex-m4");
        target = target with { Compiler = target.Compiler! with { Command = "no-such-compiler" } };
        var diagnostics = new DiagnosticBag();
        Assert.Null(FirmwareImageBuilder.Build(Bench.Library(folder, Doubling), target, Bench.Board(target), folder.Path, diagnostics));
        var diagnostic = Assert.Single(diagnostics.Items);
        Assert.Equal(EmulationDiagnostics.MissingTool, diagnostic.Descriptor);
        Assert.Equal("sudo apt-get install gcc-arm-none-eabi", diagnostic.Help);
    }

    [SkippableFact]
    public void CompilerErrorsArePassedOn()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var target = Bench.Target("cortex-m4");
        var diagnostics = new DiagnosticBag();
        Assert.Null(FirmwareImageBuilder.Build(Bench.Library(folder, "int x = y;"), target, Bench.Board(target), folder.Path, diagnostics));
        var diagnostic = Assert.Single(diagnostics.Items);
        Assert.Equal(EmulationDiagnostics.BuildFailed, diagnostic.Descriptor);
        Assert.Contains(diagnostic.Notes, n => n.Contains("'y' undeclared", StringComparison.Ordinal));
    }

    /// <summary>A model may have any name: the library's macros must not meet the harness's.</summary>
    [SkippableTheory]
    [InlineData("model")]
    [InlineData("harness")]
    [InlineData("board")]
    [InlineData("exit")]
    public void NamesDoNotMeet(string model)
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var macro = $"BRIM_{model.ToUpperInvariant()}";
        folder.Write($"brim_{model}.h", $"""
            #include <stdint.h>
            #define {macro}_INPUT_BYTES 4
            #define {macro}_OUTPUT_BYTES 4
            #define {macro}_ARENA_BYTES 64
            #define {macro}_INPUT_SLOTS x
            void brim_{model}_run(const int8_t *in, int8_t *out, void *arena);
            """);
        var source = folder.Write("named.c", $"#include \"brim_{model}.h\"\nvoid brim_{model}_run(const int8_t *in, int8_t *out, void *arena) {{ (void)arena; for (int i = 0; i < 4; i++) out[i] = in[i]; }}");
        var library = Bench.Library(folder, "") with { Model = model, HeaderFile = $"brim_{model}.h", Sources = [source] };
        Assert.Equal((byte[])[1, 2, 3, 4], Bench.Count(folder, library, "cortex-m4", 1, 2, 3, 4).Outputs);
    }

    /// <summary>Tensors that live in the arena: the harness puts the input there and takes the output from there.</summary>
    [SkippableFact]
    public void TensorsInTheArena()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var library = Bench.Library(folder, """
            void brim_test_run(const int8_t *in, int8_t *out, void *arena) {
                for (int i = 0; i < 4; i++) out[i] = (int8_t)(in[i] + ((const int8_t *)in == (const int8_t *)arena + 16) + 2 * (out == (int8_t *)arena + 32));
            }
            """);
        library = library with { Inputs = [new TensorBuffer(4, 16)], Outputs = [new TensorBuffer(4, 32)] };
        Assert.Equal((byte[])[4, 5, 6, 7], Bench.Count(folder, library, "cortex-m4", 1, 2, 3, 4).Outputs);
    }

    private static DiagnosticBag Fail(TestFolder folder, string target, string code)
    {
        var image = Bench.Build(folder, Bench.Library(folder, code), target);
        var diagnostics = new DiagnosticBag();
        Assert.Null(QemuRunner.Run(image, new byte[4], new QemuOptions(TimeSpan.FromSeconds(3), Bench.Plugin()), folder.Path, diagnostics));
        return diagnostics;
    }
}
