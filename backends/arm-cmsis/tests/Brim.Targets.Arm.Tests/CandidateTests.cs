using Brim.Compile.Accumulators;
using Brim.Compile.Kernels;
using Brim.Compile.Program;
using Brim.Compile.Targets;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Tests;

/// <summary>Every candidate that a rule offers for a layer gives the same bits, whichever costs would make it the chosen one.</summary>
public class CandidateTests
{
    private static readonly Window2D Around = new(1, 1, 1, 1, 1, 1);

    [SkippableTheory]
    [InlineData("cortex-m4", "SmladDepthwise3x3Rule", "depthwise3x3_s8_smlad", 5)]
    [InlineData("cortex-m0", "MlaDepthwise3x3Rule", "depthwise3x3_s8_mla", 5)]
    [InlineData("cortex-m55", "MveDepthwise3x3Rule", "depthwise3x3_s8_mve", 4)]
    public void Strips_of_depthwise_layers(string target, string rule, string file, int candidates)
    {
        // Heights whose strips leave a rest, and one row.
        var graph = new LayerSweep("strips", 21).Depthwise([1, 7, 7, 6], Around).Depthwise([1, 11, 9, 4], new Window2D(2, 2, 1, 1, 1, 1))
            .Depthwise([1, 1, 5, 4], Around).Graph;
        Assert.Equal(candidates, Compare(graph, target, rule, file, new AccumulatorOptions(32, false)));
    }

    [SkippableTheory]
    [InlineData("cortex-m4", "LaneConv3x3RowsRule", "lanes_conv3x3_rows", 6)]
    [InlineData("cortex-m0", "LaneConv3x3TripleRule", "lanes_conv3x3_triple", 5)]
    [InlineData("cortex-m0", "LaneConvDual16Rule", "lanes_conv_dual16", 5)]
    public void Strips_of_lane_convolutions(string target, string rule, string file, int candidates) =>
        Assert.Equal(candidates, Compare(LaneSweep.Convolutions("strips", 22, [9, 7, 1]), target, rule, file, AccumulatorOptions.Automatic));

    /// <summary>Makes each candidate of a rule the cheapest in turn; returns how many there are at most.</summary>
    private static int Compare(Graph graph, string target, string rule, string file, AccumulatorOptions accumulators)
    {
        CompiledLibrary.Require("gcc", "arm-none-eabi-gcc", "qemu-system-arm");
        var most = 1;
        for (var wanted = 0; wanted < most; wanted++)
        {
            using var library = new CompiledLibrary(graph, target, isLowered: true, accumulators, new Preference(file, wanted));
            Assert.All(library.Model.Choices, c => Assert.StartsWith(rule, c.Rule, StringComparison.Ordinal));
            most = library.Model.Choices.Max(c => c.Tried.Count(t => t.Call is not null && t.Candidate.Name.StartsWith(rule, StringComparison.Ordinal)));
            Assert.Equal(wanted == 0, library.Model.Choices.All(c => c.Chosen == c.Tried.First(t => t.Cycles is not null)));
            LaneLayerTests.Compare(graph, library, adversarial: 2);
        }
        return most;
    }

    /// <summary>Finds the n-th call of a file's kernels for a layer cheapest, and knows no costs of other kernels.</summary>
    private sealed class Preference(string file, int wanted) : ICostModel
    {
        private readonly Dictionary<int, int> _asked = [];

        public long? Cycles(KernelCall call, TargetMachine machine)
        {
            if (!call.Kernel.SourceFile.EndsWith($"/{file}.c", StringComparison.Ordinal))
                return null;
            var layer = call.Arguments.OfType<KernelArgument.Activation>().First().ValueId;
            return 1 + Math.Abs((_asked[layer] = _asked.GetValueOrDefault(layer, -1) + 1) - wanted);
        }
    }
}
