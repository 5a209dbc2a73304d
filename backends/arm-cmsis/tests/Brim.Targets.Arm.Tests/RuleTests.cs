using Brim.Compile.Kernels;
using Brim.Compile.Targets;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Targets.Arm.Smlad;

namespace Brim.Targets.Arm.Tests;

/// <summary>Rules decline what their kernels would compute wrongly, with the numbers.</summary>
public class RuleTests
{
    private static readonly TargetMachine Machine = new("test", ["dsp", "mla"]);

    [Fact]
    public void Float32_ties_to_even_have_no_fixed_point_factor()
    {
        Assert.Contains("no fixed-point factor", Reason(Dense(8, 1, 0.125, Requantization.OnnxFloat)), StringComparison.Ordinal);
        Assert.Null(Reason(Dense(8, 1, 0.1234, Requantization.OnnxFloat)));
    }

    [Fact]
    public void The_upper_channel_of_a_pair_must_fit_24_bits()
    {
        // 127 * 128 * 516 = 2^23 - 1 - 479; one input more leaves the 24 bits.
        Assert.Null(Reason(Dense(516, 127, 0.0001, Requantization.TfLiteDouble)));
        Assert.Contains("24 bits", Reason(Dense(517, 127, 0.0001, Requantization.TfLiteDouble)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_factor_of_a_half_or_more_needs_weights_that_can_be_shifted()
    {
        Assert.Null(Reason(Dense(4, 1, 0.49, Requantization.Single)));
        Assert.Null(Reason(Dense(4, 63, 0.5, Requantization.Single)));
        Assert.Null(Reason(Dense(4, 31, 1.7, Requantization.Single)));
        Assert.Null(Reason(Dense(4, 1, 31, Requantization.Single)));
        Assert.Contains("weights up to 64", Reason(Dense(4, 64, 0.5, Requantization.Single)), StringComparison.Ordinal);
        Assert.Contains("weights up to 32", Reason(Dense(4, 32, 1.7, Requantization.Single)), StringComparison.Ordinal);
        Assert.Contains("weights up to 1", Reason(Dense(4, 1, 32, Requantization.Single)), StringComparison.Ordinal);
    }

    [Fact]
    public void With_two_roundings_a_shift_serves_only_where_no_sum_sees_the_second()
    {
        // Sums are -128..127; halves are rounded up by the model, away from zero by the kernel.
        Assert.Contains("two roundings", Reason(Dense(1, 1, 0.5, Requantization.TfLiteDouble)), StringComparison.Ordinal);
        Assert.Null(Reason(Dense(1, 1, 1, Requantization.TfLiteDouble)));
        Assert.Null(Reason(Dense(1, 1, 2.0 / 3, Requantization.TfLiteDouble)));
    }

    [Fact]
    public void A_factor_that_leaves_only_the_zero_point_needs_no_shift()
    {
        Assert.Null(Reason(Dense(4, 127, 1e-9, Requantization.TfLiteDouble)));
        // 500 * 127 * 128 * 1e-7 = 0.8 is another code.
        Assert.Contains("2^-23", Reason(Dense(500, 127, 1e-7, Requantization.TfLiteDouble)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_of_minus_128_needs_a_partner_that_is_not_negative()
    {
        Assert.Contains("-128", Reason(Dense(4, -128, 0.01, Requantization.TfLiteDouble)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_core_without_the_extension_gets_the_kernels_with_one_tap_a_multiplication()
    {
        Assert.Contains(ArmKernels.Rules(new TargetMachine("test", ["mla"])), r => r.Name == "MlaConv2DRule");
        Assert.Contains(ArmKernels.Rules(Machine), r => r.Name == "SmladConv2DRule");
    }

    private static string? Reason(Graph graph) => new SmladFullyConnectedRule(PairKernels.Smlad).Match(new NodeView(graph, graph.Nodes[0], Machine)).Reason;

    /// <summary>Two outputs with all weights equal, rescaled by a factor.</summary>
    private static Graph Dense(int depth, int weight, double factor, Requantization scheme)
    {
        var editor = new GraphEditor("dense") { Phase = GraphPhase.Lowered };
        var x = editor.AddInput("x", new TensorType(ElementType.Int8, [1, depth], QuantParams.PerTensor(1)));
        var w = editor.AddConstant("w", Tensor.FromCodes(
            new TensorType(ElementType.Int8, [2, depth], QuantParams.PerTensor(factor)), [.. Enumerable.Repeat(weight, 2 * depth)]));
        var y = editor.AddNode(new FullyConnected(Activation.None, scheme, KeepDims: false), [x, w, Value.None],
            new TensorType(ElementType.Int8, [1, 2], QuantParams.PerTensor(1)), "dense", Core.Diagnostics.SourceLocation.Generated);
        editor.AddOutput(y);
        return editor.ToGraph();
    }
}
