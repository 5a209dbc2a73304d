using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Kernels;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Targets.Arm.Smlad;

/// <summary>Dense layers: fully_connected_s8_smlad.c and fully_connected_s8_mla.c.</summary>
/// <param name="kernels">Form of the kernels.</param>
public sealed class SmladFullyConnectedRule(PairKernels kernels) : IKernelRule
{
    /// <inheritdoc/>
    public string Name => kernels.RulePrefix + "FullyConnectedRule";

    /// <inheritdoc/>
    public MatchResult Match(NodeView node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node.Node.Op is not FullyConnected)
            return MatchResult.OtherOperator("no dense layer");
        var layer = WeightedLayer.From(node, out var reason);
        reason ??= SmladFilter.Objection(layer!);
        return reason is null ? MatchResult.Accept : MatchResult.Decline(reason);
    }

    /// <inheritdoc/>
    public KernelCall Lower(NodeView node, LoweringContext context)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(context);
        var layer = WeightedLayer.From(node, out _)!;
        var depth = node.InputType(1).Shape[1];
        var rows = node.OutputType().Shape.ElementCount / layer.Channels;
        var order = SmladFilter.TapOrder(1, depth);
        var parameters = new CStruct("brim_fully_connected_s8_smlad_params",
        [
            CField.Of("filter", SmladFilter.Pack(layer, order, context)),
            CField.Of("in_c", depth),
            CField.Of("batches", rows),
        ]);
        var units = new List<(long, long)>();
        for (long r = 0; r < rows; r++)
            units.Add((r * depth, (r + 1) * layer.Channels));
        return new KernelCall(
            new Kernel(kernels.Function("fully_connected", layer.KernelSuffix), kernels.File("fully_connected")),
            [
                new KernelArgument.Parameters(parameters),
                new KernelArgument.Activation(node.Node.Inputs[0], CElement.Int8),
                new KernelArgument.Activation(node.Node.Outputs[0], CElement.Int8),
                new KernelArgument.Scratch(),
            ],
            ScratchBytes: kernels.TapBytes * order.Length,
            InPlaceInput: 0)
        {
            SumLayout = kernels.SumLayout with { Shifts = layer.WeightShifts },
            LeadBytes = (int)ForwardOverlap.Lead(units),
            Work = Work(PairWork.Of(layer, order), rows, depth),
        };
    }

    private static ImmutableArray<(string Level, long Count)> Work(PairWork block, long rows, int depth)
    {
        var work = WorkCounts.OneCall();
        PairWork.Expand(work, 1, rows, depth);
        block.Blocks1(work, rows);
        return work.ToWork();
    }
}
