using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Softmax: of bytes by <c>brim_softmax_8</c> with a table of exponentials, of 16-bit codes by <c>brim_softmax_s16</c>.</summary>
public sealed class PortableSoftmaxRule : PortableRule<Softmax>
{
    // Each term of the sum is at most 2^19 and the sum must stay below 2^31.
    private const int MaxDepth = 4095;

    // One name for all steps: emitters print an array of one name once.
    private static readonly ConstantData ExpTable = new("softmax_exp_s16", CElement.Int16, [.. SoftmaxInt16.ExpTable.Select(v => (long)v)], "table");
    private static readonly ConstantData ReciprocalTable =
        new("softmax_reciprocal_s16", CElement.Int16, [.. SoftmaxInt16.ReciprocalTable.Select(v => (long)v)], "table");

    private protected override MatchResult Match(Softmax op, NodeView node)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        if (CodesOnly(x, y) is { Accepted: false } types)
            return types;
        if (x.Element.Bits == 16 && y.Element.Bits != 16)
            return MatchResult.Decline("a softmax of 16-bit codes gives 16-bit codes");
        return y.Shape[op.Axis] > MaxDepth
            ? MatchResult.Decline($"rows of {y.Shape[op.Axis]} codes; the kernel's sum holds {MaxDepth}")
            : MatchResult.Accept;
    }

    private protected override KernelCall Lower(Softmax op, NodeView node, LoweringContext context)
    {
        var y = node.OutputType().Shape;
        var axis = op.Axis < 0 ? op.Axis + y.Rank : op.Axis;
        var rows = new[]
        {
            CField.Of("outer", y.Dimensions.Take(axis).Aggregate(1, (a, b) => a * b)),
            CField.Of("depth", y[axis]),
            CField.Of("inner", y.Strides()[axis]),
        };
        return node.InputType(0).Element.Bits == 16 ? Wide(op, node, context, rows) : Narrow(op, node, context, rows);
    }

    private static KernelCall Narrow(Softmax op, NodeView node, LoweringContext context, CField[] rows)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        var scaling = SoftmaxScaling.From(op.Beta, x.Quant!.Scale);
        var range = CodeRange.Of(y.Element);
        // Distances to the maximum that the codes can have and that do not count as exp = 0.
        var size = (int)Math.Min(x.Element.MaxCode - x.Element.MinCode, -(long)scaling.MinDifference) + 1;
        var table = Enumerable.Range(0, size).Select(d => (long)scaling.Exp(-d)).ToImmutableArray();
        var parameters = new CStruct("brim_softmax_params",
        [
            .. rows,
            CField.Of("input_type", CodeType.Of(x.Element)),
            CField.Of("output_type", CodeType.Of(y.Element)),
            CField.Of("output_bits", y.Element.Bits),
            CField.Of("act_min", range.Min),
            CField.Of("act_max", range.Max),
            CField.Of("table_size", size),
        ]);
        return new KernelCall(
            Runtime("softmax_8", "softmax_8"),
            [
                new KernelArgument.Parameters(parameters),
                Operand(node, context, 0),
                new KernelArgument.Constant(context.Array("exp", CElement.Int32, table, "table")),
                Result(node),
            ],
            InPlaceInput: node.Constant(0) is null && y.Element.Bits <= 8 ? 0 : -1)
        {
            Work = WorkCounts.OneCall().Add("row", y.Shape.ElementCount / y.Shape[op.Axis]).Add("element", y.Shape.ElementCount).ToWork(),
        };
    }

    private static KernelCall Wide(Softmax op, NodeView node, LoweringContext context, CField[] rows)
    {
        var scaling = SoftmaxInt16.From(op.Beta, node.InputType(0).Quant!.Scale);
        var parameters = new CStruct("brim_softmax_s16_params", [.. rows, CField.Of("scale", KernelFields.Scale(scaling.Input))]);
        return new KernelCall(
            Runtime("softmax_s16", "softmax_s16"),
            [
                new KernelArgument.Parameters(parameters),
                Operand(node, context, 0),
                new KernelArgument.Constant(ExpTable),
                new KernelArgument.Constant(ReciprocalTable),
                Result(node),
            ],
            InPlaceInput: node.Constant(0) is null ? 0 : -1);
    }
}
