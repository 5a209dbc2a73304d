using System.Collections.Immutable;
using Brim.Compile.Costs;
using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>What the rules of average and max pooling share.</summary>
/// <typeparam name="TOp">The operator.</typeparam>
/// <param name="function">Kernel name without prefix and suffix.</param>
public abstract class PortablePool2DRule<TOp>(string function) : PortableRule<TOp>
    where TOp : Pool2D
{
    private static ImmutableArray<(string Level, long Count)> Work(TOp op, Shape x, Shape y)
    {
        var (rows, taps) = WindowWork.Inside(op.Window, op.KernelHeight, op.KernelWidth, x, y);
        long images = y[0];
        return WorkCounts.OneCall().Add("row", images * y[1]).Add("pixel", images * y[1] * y[2]).Add("channel", y.ElementCount)
            .Add("window_row", images * rows * y[3]).Add("tap", images * taps * y[3])
            .ToWork();
    }

    private protected override MatchResult Match(TOp op, NodeView node) => CodesOnly(node.InputType(0), node.OutputType());

    private protected override KernelCall Lower(TOp op, NodeView node, LoweringContext context)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        var range = CodeRange.Of(y, op.Activation);
        var parameters = new CStruct("brim_pool2d_params",
        [
            CField.Of("window", KernelFields.Window(op.Window, op.KernelHeight, op.KernelWidth, x, y)),
            CField.Of("output_type", CodeType.Of(y.Element)),
            CField.Of("act_min", range.Min),
            CField.Of("act_max", range.Max),
        ]);
        var suffix = CodeType.Of(x.Element) switch { 0 => "s8", 1 => "u8", _ => "s16" };
        return new KernelCall(
            Runtime($"{function}_{suffix}", "pool2d"),
            [new KernelArgument.Parameters(parameters), Operand(node, context, 0), Result(node)],
            InPlaceInput: 0)
        {
            LeadBytes = (int)ForwardOverlap.Window(op.Window, op.KernelHeight, op.KernelWidth, x, y, rereads: true),
            Work = Work(op, x.Shape, y.Shape),
        };
    }
}
