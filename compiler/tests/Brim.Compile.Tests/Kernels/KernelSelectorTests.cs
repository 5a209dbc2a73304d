using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Compile.Targets;
using Brim.Core.Diagnostics;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Tests.Kernels;

public class KernelSelectorTests
{
    /// <summary>Cycles of the kernels in the rules' order, -1 for unknown; the one to choose.</summary>
    [Theory]
    [InlineData(0, 20, 20, 30)]
    [InlineData(1, 30, 20, 25)]
    [InlineData(2, 30, 25, 20)]
    [InlineData(1, -1, 1000, -1)]
    [InlineData(0, -1, -1, -1)]
    [InlineData(2, 30, -1, 20)]
    public void TheCheapestKernelWinsAndWhatIsUnknownIsNotCheap(int chosen, params int[] cycles)
    {
        var editor = new GraphEditor("g") { Phase = GraphPhase.Lowered };
        var type = new TensorType(ElementType.Int8, [1, 4], QuantParams.PerTensor(1, 0));
        editor.AddOutput(editor.AddNode(new Add(Activation.None), [editor.AddInput("a", type), editor.AddInput("b", type)], type, "sum", SourceLocation.Generated));
        var backend = new Backend(new TargetMachine("t", []), [.. cycles.Select((c, i) => new Rule($"k{i}"))]) { Costs = new Costs(cycles) };
        var choice = Assert.Single(KernelSelector.Select(editor.ToGraph(), backend, new DiagnosticBag())!.Value);
        Assert.Equal($"k{chosen}", choice.Call.Kernel.Function);
        Assert.Equal(cycles.Length - 1, choice.Rejected.Length);
    }

    private sealed class Costs(int[] cycles) : ICostModel
    {
        public long? Cycles(KernelCall call, TargetMachine machine) => cycles[call.Kernel.Function[1] - '0'] is >= 0 and var known ? known : null;
    }

    private sealed class Rule(string name) : IKernelRule
    {
        public string Name => name;

        public MatchResult Match(NodeView node) => MatchResult.Accept;

        public KernelCall Lower(NodeView node, LoweringContext context) => new(new Kernel(name, name + ".c"), []);
    }
}
