using Brim.Compile.Costs;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Mean over any dimensions by <c>brim_mean</c>.</summary>
public sealed class PortableMeanRule : PortableRule<Mean>
{
    private protected override MatchResult Match(Mean op, NodeView node)
    {
        if (CodesOnly(node.InputType(0), node.OutputType()) is { Accepted: false } types)
            return types;
        return Walk(op, node, reduced: false).Match() is { Accepted: false } kept ? kept : Walk(op, node, reduced: true).Match();
    }

    private protected override KernelCall Lower(Mean op, NodeView node, LoweringContext context)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        var count = (int)(x.Shape.ElementCount / y.Shape.ElementCount);
        var parameters = new CStruct("brim_mean_params",
        [
            CField.Of("kept", Walk(op, node, reduced: false).ToStruct(context, "kept")),
            CField.Of("reduced", Walk(op, node, reduced: true).ToStruct(context, "reduced")),
            CField.Of("input_type", CodeType.Of(x.Element)),
            CField.Of("bias", unchecked(-x.Quant!.ZeroPoint * count)),
            CField.Of("output", KernelFields.Result(y, Mean.Factor(x, y, count), CodeRange.Of(y.Element))),
        ]);
        return new KernelCall(Runtime("mean", "mean"), [new KernelArgument.Parameters(parameters), Operand(node, context, 0), Result(node)])
        {
            Work = WorkCounts.OneCall().Add("element", y.Shape.ElementCount).Add("run", x.Shape.ElementCount / Runs(Walk(op, node, reduced: true))).Add("tap", x.Shape.ElementCount).ToWork(),
        };
    }

    private static int Runs(StridedWalk walk) => walk.Dims.Length == 0 ? 1 : Math.Max(1, walk.Dims[^1]);

    private static StridedWalk Walk(Mean op, NodeView node, bool reduced)
    {
        var x = node.InputType(0).Shape;
        var strides = x.Strides();
        var dims = Enumerable.Range(0, x.Rank).Where(d => op.Axes.Contains(d) == reduced).ToList();
        return StridedWalk.Over([.. dims.Select(d => x[d])], [.. dims.Select(d => strides[d])]);
    }
}
