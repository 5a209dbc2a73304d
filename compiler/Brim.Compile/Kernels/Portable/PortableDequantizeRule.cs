using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Codes to real numbers by <c>brim_dequantize_f32</c>: the border of a quantized network.</summary>
public sealed class PortableDequantizeRule : PortableRule<Dequantize>
{
    private protected override MatchResult Match(Dequantize op, NodeView node)
    {
        var x = node.InputType(0);
        if (!CodeType.IsCode(x.Element) && x.Element != ElementType.Int32)
            return MatchResult.Decline($"the kernel reads codes of 1 to 8, 16 and 32 bits, not {x.Element}");
        return x.Quant is { IsPerTensor: true } ? MatchResult.Accept : MatchResult.Decline("the kernel reads tensors of one scale");
    }

    private protected override KernelCall Lower(Dequantize op, NodeView node, LoweringContext context)
    {
        var x = node.InputType(0);
        var parameters = new CStruct("brim_real_params",
        [
            CField.Of("count", x.Shape.ElementCount),
            CField.Of("scale_bits", BitConverter.SingleToInt32Bits((float)x.Quant!.Scale)),
            CField.Of("type", CodeType.Of(x.Element)),
            CField.Of("zero_point", x.Quant.ZeroPoint),
            CField.Of("act_min", 0),
            CField.Of("act_max", 0),
        ]);
        return new KernelCall(Runtime("dequantize_f32", "real"), [new KernelArgument.Parameters(parameters), Operand(node, context, 0), Result(node)]);
    }
}
