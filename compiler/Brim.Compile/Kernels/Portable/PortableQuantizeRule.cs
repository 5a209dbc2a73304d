using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Real numbers to codes by <c>brim_quantize_f32</c>: the border of a quantized network.</summary>
public sealed class PortableQuantizeRule : PortableRule<Quantize>
{
    private protected override MatchResult Match(Quantize op, NodeView node) => node.InputType(0).Element.IsFloat
        ? CodesOnly(node.OutputType())
        : MatchResult.Decline($"the kernel quantizes floats, not {node.InputType(0).Element}");

    private protected override KernelCall Lower(Quantize op, NodeView node, LoweringContext context)
    {
        var y = node.OutputType();
        var range = CodeRange.Of(y.Element);
        var parameters = new CStruct("brim_real_params",
        [
            CField.Of("count", y.Shape.ElementCount),
            CField.Of("scale_bits", BitConverter.SingleToInt32Bits((float)y.Quant!.Scale)),
            CField.Of("type", CodeType.Of(y.Element)),
            CField.Of("zero_point", y.Quant.ZeroPoint),
            CField.Of("act_min", range.Min),
            CField.Of("act_max", range.Max),
        ]);
        return new KernelCall(Runtime("quantize_f32", "real"), [new KernelArgument.Parameters(parameters), Operand(node, context, 0), Result(node)]);
    }
}
