using Brim.Compile.Targets;

namespace Brim.QemuTests.Counter;

/// <summary>Instructions and cycles of assembly that was counted by hand from the cores' manuals.</summary>
public class CostTests
{
    /// <summary>movs; 100 x (subs, bne); bx: 1 + 200 + 1 instructions. The branch is taken 99 times.</summary>
    private const string CountedLoop = """
        movs r3, #100
        1: subs r3, r3, #1
        bne 1b
        bx lr
        """;

    [SkippableTheory]
    [InlineData("cortex-m0", 1 + 100 + (99 * 3) + 1 + 3)]
    [InlineData("cortex-m0plus", 1 + 100 + (99 * 2) + 1 + 2)]
    [InlineData("cortex-m3", 1 + 100 + (99 * 3) + 1 + 3)]
    [InlineData("cortex-m4", 1 + 100 + (99 * 3) + 1 + 3)]
    [InlineData("cortex-m7", 1 + 100 + (99 * 2) + 1 + 3)]
    [InlineData("cortex-m33", 1 + 100 + (99 * 3) + 1 + 3)]
    [InlineData("cortex-m55", 1 + 100 + (99 * 2) + 1 + 3)]
    public void Loop(string target, long cycles) => AssertCount(target, CountedLoop, 202, cycles);

    /// <summary>ldr, ldr behind a load, alu, ldr, str, ldr behind a store, dependent ldr, muls, bx.</summary>
    private const string Accesses = """
        ldr r3, [r0]
        ldr r3, [r0]
        movs r3, #1
        ldr r3, [r0]
        str r3, [r2]
        ldr r3, [r2]
        movs r3, r2
        str r2, [r2]
        ldr r3, [r2]
        ldr r3, [r3]
        muls r3, r2, r3
        bx lr
        """;

    [SkippableTheory]
    [InlineData("cortex-m0", (2 + 2) + 1 + (2 + 2 + 2) + 1 + (2 + 2 + 2) + 1 + 3)]
    [InlineData("cortex-m0plus-small-multiplier", (2 + 2) + 1 + (2 + 2 + 2) + 1 + (2 + 2 + 2) + 32 + 2)]
    [InlineData("cortex-m3", (2 + 1) + 1 + (2 + 1 + 1) + 1 + (1 + 1 + 2) + 1 + 3)]
    [InlineData("cortex-m4", (2 + 1) + 1 + (2 + 1 + 1) + 1 + (1 + 1 + 2) + 1 + 3)]
    public void LoadsPipelineBehindIndependentAccesses(string target, long cycles) => AssertCount(target, Accesses, 12, cycles);

    /// <summary>push of 4, ldmia of 3, bl with return, pop of 4 with the program counter.</summary>
    private const string CallsAndMultiples = """
        push {r4, r5, r6, lr}
        movs r3, r2
        ldmia r3!, {r4, r5, r6}
        bl 2f
        pop {r4, r5, r6, pc}
        2: bx lr
        """;

    [SkippableTheory]
    [InlineData("cortex-m0", (1 + 4) + 1 + (1 + 3) + 4 + 3 + (4 + 4))]
    [InlineData("cortex-m0plus", (1 + 4) + 1 + (1 + 3) + 3 + 2 + (3 + 4))]
    [InlineData("cortex-m3", (1 + 4) + 1 + (1 + 3) + 3 + 3 + (1 + 4 + 2))]
    [InlineData("cortex-m4", (1 + 4) + 1 + (1 + 3) + 3 + 3 + (1 + 4 + 2))]
    public void CallsAndRegisterLists(string target, long cycles) => AssertCount(target, CallsAndMultiples, 6, cycles);

    /// <summary>mla, smull, umlal, udiv, an IT block with one instruction that runs and a return that does not, bx.</summary>
    private const string Arithmetic = """
        movs r1, #3
        mla r3, r1, r1, r1
        smull r3, r12, r1, r1
        umlal r3, r12, r1, r1
        udiv r3, r3, r1
        cmp r1, #3
        ite eq
        moveq r3, #1
        bxne lr
        bx lr
        """;

    [SkippableTheory]
    [InlineData("cortex-m3", 1 + 2 + 5 + 7 + 12 + 1 + 1 + 1 + 1 + 3)]
    [InlineData("cortex-m4", 1 + 1 + 1 + 1 + 12 + 1 + 1 + 1 + 1 + 3)]
    public void MultipliesAndConditionals(string target, long cycles) => AssertCount(target, Arithmetic, 10, cycles);

    /// <summary>The DSP extension: one cycle each.</summary>
    [SkippableFact]
    public void PackedMultiplies() =>
        AssertCount("cortex-m4", "smlad r3, r0, r1, r2\nsmlald r3, r12, r0, r1\nsmlabb r3, r0, r1, r2\nsmmul r3, r0, r1\nsxtb16 r3, r0\nbx lr", 6, 5 + 3);

    /// <summary>
    /// A straight line across a page, which the emulator translates in pieces: a pair of loads at the seam costs what it costs elsewhere.
    /// </summary>
    [SkippableFact]
    public void PiecesOfTranslationDoNotShow()
    {
        const int pairs = 1500;
        AssertCount("cortex-m4", $".rept {2 * pairs}\nldr.w r3, [r0]\n.endr\nbx lr", (2 * pairs) + 1, 2 + ((2 * pairs) - 1) + 3);
    }

    /// <summary>An IT block at every offset to the page's end: an untaken conditional return at the seam is no taken branch.</summary>
    [SkippableFact]
    public void ConditionalBlocksAcrossPages()
    {
        const int blocks = 400;
        AssertCount("cortex-m4", $"cmp r0, r0\n.rept {blocks}\nittt ne\nmovne.w r3, #1\nmovne r3, #1\nbxne lr\n.endr\nbx lr",
            1 + (4 * blocks) + 1, 1 + (4 * blocks) + 3);
    }

    /// <summary>Two instructions a cycle at most, and one multiplication: the bounds of a core that issues two instructions at once.</summary>
    [SkippableFact]
    public void BoundsOfDualIssue()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var counts = Bench.Count(folder, Library(folder, "mul r3, r0, r1\nmul r3, r0, r1\nmul r3, r0, r1\nmul r3, r0, r1\nbx lr"), "cortex-m7").Counts!;
        Assert.Equal(4 + 3, counts.Cycles);
        Assert.Equal(4, counts.CyclesLowerBound);

        counts = Bench.Count(folder, Library(folder, "adds r3, r0, r1\nadds r3, r0, r1\nadds r3, r0, r1\nmul r3, r0, r1\nadds r3, r0, r1\nbx lr"), "cortex-m7").Counts!;
        Assert.Equal(5 + 3, counts.Cycles);
        Assert.Equal(3, counts.CyclesLowerBound);
    }

    private static void AssertCount(string target, string assembly, long instructions, long cycles)
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var counts = Bench.Count(folder, Library(folder, assembly), target, 1, 2, 3, 4, 5, 6, 7, 8).Counts!;
        Assert.Equal(2, counts.PerInference.Length);
        Assert.True(counts.IsConstantTime);
        Assert.Equal((instructions, cycles), (counts.Instructions, counts.Cycles));
        AssertClasses(counts, target);
    }

    /// <summary>The classes are another sum over the same execution: priced, they are the cycles; counted, the instructions.</summary>
    private static void AssertClasses(Brim.Emulation.ExecutionCounts counts, string target)
    {
        var classes = Assert.Single(counts.Layers).Classes;
        var costs = Bench.Target(target).Costs!;
        Assert.Equal(counts.Cycles, classes.Sum(c => c.Value * costs[c.Key]));
        Assert.Equal(counts.Instructions,
            classes.Where(c => c.Key is not (InstructionClass.MultiplePerRegister or InstructionClass.LoadPcExtra)).Sum(c => c.Value));
    }

    /// <summary>Instructions of the loads, by the way each is paid: the first of a run in full, those behind an independent access pipelined.</summary>
    [SkippableFact]
    public void LoadsAreToldApartByClass()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var classes = Bench.Count(folder, Library(folder, Accesses), "cortex-m4").Counts!.Layers[0].Classes;
        Assert.Equal(
            [(InstructionClass.Alu, 2L), (InstructionClass.Mul, 1L), (InstructionClass.Load, 3L), (InstructionClass.LoadPipelined, 3L), (InstructionClass.Store, 2L), (InstructionClass.Indirect, 1L)],
            classes.Select(c => (c.Key, c.Value)));
    }

    private static Brim.Emulation.FirmwareSources Library(TestFolder folder, string assembly)
    {
        var lines = string.Join("\\n", assembly.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return Bench.Library(folder,
            $"__attribute__((naked)) void brim_test_run(const int8_t *in, int8_t *out, void *arena) {{ __asm__ volatile(\".syntax unified\\n{lines}\"); }}");
    }
}
