using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Codes of 16 or 32 bits under another quantization by <c>brim_rescale</c>. Bytes go through <see cref="PortableLookupRule"/> first.</summary>
public sealed class PortableRequantizeRule : PortableRule<Quantize>
{
    private protected override MatchResult Match(Quantize op, NodeView node) => RescaleCall.Match(node.InputType(0), node.OutputType());

    private protected override KernelCall Lower(Quantize op, NodeView node, LoweringContext context)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        var factor = QuantizedMultiplier.FromReal(x.Quant!.Scale / y.Quant!.Scale);
        return RescaleCall.Of(node, Operand(node, context, 0), Result(node), factor, factor, CodeRange.Of(y.Element));
    }
}
