namespace Brim.QemuTests.Counter;

/// <summary>Stack of code whose use is known.</summary>
public class StackTests
{
    /// <summary>20 bytes pushed, 100 taken and never written, and a callee that pushes 12.</summary>
    private const string Unwritten = """
        __attribute__((naked, used)) static void callee(void) { __asm__ volatile("push {r4, r5, lr}\npop {r4, r5, pc}"); }
        __attribute__((naked)) void brim_test_run(const int8_t *in, int8_t *out, void *arena) {
            __asm__ volatile("push {r4, r5, r6, r7, lr}\nsub sp, #100\nadd sp, #100\nbl callee\npop {r4, r5, r6, r7, pc}");
        }
        """;

    [SkippableTheory]
    [InlineData("cortex-m0")]
    [InlineData("cortex-m3")]
    [InlineData("cortex-m4")]
    [InlineData("cortex-m7")]
    [InlineData("cortex-m33")]
    [InlineData("cortex-m55")]
    public void UnwrittenStackCounts(string target)
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var result = Bench.Count(folder, Bench.Library(folder, Unwritten), target);
        Assert.True(result.IsStackExact);
        Assert.Equal(120, result.StackBytes);
        // Only 20 + 12 bytes were written; without a long branch (ARMv6-M) the harness's call adds a frame of 8.
        Assert.Equal(target == "cortex-m0" ? 40 : 32, result.PaintedStackBytes);
    }

    /// <summary>Every way in which compilers move the stack pointer; 8 + 4 + 4 + 16 + 1024 + 8 + 12 bytes deep.</summary>
    [SkippableFact]
    public void EveryStackInstruction()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var library = Bench.Library(folder, """
            __attribute__((naked)) void brim_test_run(const int8_t *in, int8_t *out, void *arena) {
                __asm__ volatile(".syntax unified\n.fpu fpv4-sp-d16\n"
                    "push {r4, lr}\n"            "str r4, [sp, #-4]!\n"   "sub sp, sp, #4\n"       "stmdb sp!, {r4, r5, r6, r8}\n"
                    "sub.w sp, sp, #1024\n"      "strd r4, r5, [sp, #-8]!\n" "subw sp, sp, #12\n"
                    "addw sp, sp, #12\n"         "ldrd r4, r5, [sp], #8\n"   "add.w sp, sp, #1024\n"
                    "ldmia sp!, {r4, r5, r6, r8}\n" "add sp, sp, #4\n"    "ldr r4, [sp], #4\n"     "cmp r4, r4\n"
                    "it ne\n"                    "popne {r4, pc}\n"       "pop {r4, pc}\n");
            }
            """);
        var result = Bench.Count(folder, library, "cortex-m4");
        Assert.True(result.IsStackExact);
        Assert.Equal(8 + 4 + 4 + 16 + 1024 + 8 + 12, result.StackBytes);
    }

    /// <summary>A stack pointer from a register cannot be followed: the painted stack is given instead, and said to be inexact.</summary>
    [SkippableFact]
    public void UnknownStackPointerIsSaid()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var library = Bench.Library(folder, """
            __attribute__((naked)) void brim_test_run(const int8_t *in, int8_t *out, void *arena) {
                __asm__ volatile("push {r4, r5, r6, lr}\nmov r3, sp\nmov sp, r3\npop {r4, r5, r6, pc}");
            }
            """);
        var result = Bench.Count(folder, library, "cortex-m4");
        Assert.False(result.IsStackExact);
        Assert.Equal(16, result.StackBytes);
    }
}
