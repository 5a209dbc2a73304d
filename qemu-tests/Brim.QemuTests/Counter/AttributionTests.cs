using Brim.Compile.Targets;

namespace Brim.QemuTests.Counter;

/// <summary>Which layer and function work is counted for.</summary>
public class AttributionTests
{
    /// <summary>Two layers and a function that both call; every function's instructions are known.</summary>
    private const string Model = """
        #define NAKED __attribute__((naked, noinline, used)) static
        NAKED void shared(void) { __asm__ volatile(".syntax unified\nmovs r3, #10\n1: subs r3, r3, #1\nbne 1b\nbx lr"); }
        NAKED void brim_test_l00_first(void) { __asm__ volatile("push {r4, lr}\nbl shared\npop {r4, pc}"); }
        NAKED void brim_test_l01_second(void) { __asm__ volatile("push {r4, lr}\nbl shared\nbl shared\nnop\npop {r4, pc}"); }
        __attribute__((naked)) void brim_test_run(const int8_t *in, int8_t *out, void *arena) {
            __asm__ volatile("push {r4, lr}\nbl brim_test_l00_first\nbl brim_test_l01_second\nnop\npop {r4, pc}");
        }
        """;

    private const int Shared = 1 + 20 + 1;

    [SkippableTheory]
    [InlineData("cortex-m0")]
    [InlineData("cortex-m4")]
    [InlineData("cortex-m33")]
    public void LayersIncludeWhatTheyCall(string target)
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var counts = Bench.Count(folder, Bench.Library(folder, Model, layers: ["conv", "dense"]), target).Counts!;
        Assert.Equal([(-1, "brim_test_run", 5L), (0, "conv", 3L + Shared), (1, "dense", 5L + (2 * Shared))],
            counts.Layers.Select(l => (l.Index, l.Name, l.Instructions)));
        Assert.Equal(counts.Instructions, counts.Layers.Sum(l => l.Instructions));
        Assert.Equal(counts.Cycles, counts.Layers.Sum(l => l.Cycles));
    }

    [SkippableFact]
    public void FunctionsExcludeWhatTheyCall()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var counts = Bench.Count(folder, Bench.Library(folder, Model, layers: ["conv", "dense"]), "cortex-m4").Counts!;
        var functions = counts.Functions.ToDictionary(f => f.Name, f => f.Instructions);
        Assert.Equal(new Dictionary<string, long>
        {
            ["shared"] = 3 * Shared,
            ["brim_test_l00_first"] = 3,
            ["brim_test_l01_second"] = 5,
            ["brim_test_run"] = 5,
        }, functions);
        Assert.Equal(counts.Cycles, counts.Functions.Sum(f => f.Cycles));
    }

    /// <summary>A function that two layers call is listed with each, with that layer's share.</summary>
    [SkippableFact]
    public void ALayersFunctionsIncludeTheirShareOfWhatIsCalled()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var layers = Bench.Count(folder, Bench.Library(folder, Model, layers: ["conv", "dense"]), "cortex-m4").Counts!.Layers;
        Assert.Equal([("shared", (long)Shared), ("brim_test_l00_first", 3)], layers[1].Functions.Select(f => (f.Name, f.Instructions)));
        Assert.Equal([("shared", 2L * Shared), ("brim_test_l01_second", 5)], layers[2].Functions.Select(f => (f.Name, f.Instructions)));
        Assert.All(layers, l => Assert.Equal(l.Cycles, l.Functions.Sum(f => f.Cycles)));
        Assert.Equal((9L, 1L), (layers[1].Classes[InstructionClass.BranchTaken], layers[1].Classes[InstructionClass.BranchNotTaken]));
    }

    /// <summary>Cycles of a taken branch belong to the layer that branches, not to the one that execution reaches.</summary>
    [SkippableFact]
    public void BranchCyclesBelongToTheBranch()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var layers = Bench.Count(folder, Bench.Library(folder, Model, layers: ["conv", "dense"]), "cortex-m4").Counts!.Layers;
        const long shared = 1 + 10 + (9 * 3) + 1 + 3;
        const long pop = 1 + 2 + 2;
        Assert.Equal([3 + 3 + 3 + 1 + pop, 3 + 3 + shared + pop, 3 + 3 + shared + 3 + shared + 1 + pop], layers.Select(l => l.Cycles));
    }

    [SkippableFact]
    public void DataDependentTimeIsSeen()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var library = Bench.Library(folder, """
            __attribute__((naked)) void brim_test_run(const int8_t *in, int8_t *out, void *arena) {
                __asm__ volatile(".syntax unified\nldrb r3, [r0]\n1: subs r3, r3, #1\nbne 1b\nbx lr");
            }
            """);
        var counts = Bench.Count(folder, library, "cortex-m4", 3, 0, 0, 0, 200, 0, 0, 0).Counts!;
        Assert.False(counts.IsConstantTime);
        Assert.Equal([1 + 6 + 1, 1 + 400 + 1], counts.PerInference.Select(i => i.Instructions));
    }

    /// <summary>A function before, between and after the inferences does not count: only the model does.</summary>
    [SkippableFact]
    public void TheHarnessIsNotCounted()
    {
        Bench.RequireTools();
        using var folder = new TestFolder();
        var library = Bench.Library(folder, "__attribute__((naked)) void brim_test_run(const int8_t *in, int8_t *out, void *arena) { __asm__ volatile(\"bx lr\"); }");
        var counts = Bench.Count(folder, library, "cortex-m4", new byte[40]).Counts!;
        Assert.Equal(10, counts.PerInference.Length);
        Assert.All(counts.PerInference, i => Assert.Equal(1, i.Instructions));
        Assert.Equal(["brim_test_run"], counts.Functions.Select(f => f.Name));
    }
}
