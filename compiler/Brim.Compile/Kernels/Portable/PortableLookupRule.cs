using Brim.Compile.Planning;
using Brim.Compile.Program;
using Brim.Core.IR.Ops;

namespace Brim.Compile.Kernels.Portable;

/// <summary>
/// Any unary elementwise operator on bytes by a table of its 256 results, computed here by the operator itself: logistic, tanh, relu,
/// leaky relu, windows of bits, requantization.
/// </summary>
public sealed class PortableLookupRule : PortableRule<UnaryElementwise>
{
    private protected override MatchResult Match(UnaryElementwise op, NodeView node)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        if (!CodeType.IsByte(x.Element))
            return MatchResult.Decline($"a table of all codes is for bytes, not for {x.Element}");
        if (x.Quant is not { IsPerTensor: true })
            return MatchResult.Decline("a table is for tensors of one scale");
        return CodeType.IsCode(y.Element)
            ? MatchResult.Accept
            : MatchResult.Decline($"the table holds codes of 1 to 8 and signed 16 bits, not {y.Element}");
    }

    private protected override KernelCall Lower(UnaryElementwise op, NodeView node, LoweringContext context)
    {
        var (x, y) = (node.InputType(0), node.OutputType());
        var (function, element) = CodeType.IsByte(y.Element) ? ("lut_8", CElement.Int8) : ("lut_8_16", CElement.Int16);
        var table = context.Array("table", element, ByteTable.Of(op, x, y), "table");
        var elements = x.Shape.ElementCount;
        return new KernelCall(
            Runtime(function, "lut"),
            [new KernelArgument.Integer(elements), Operand(node, context, 0, CElement.Int8), new KernelArgument.Constant(table), Result(node, element)],
            InPlaceInput: node.Constant(0) is null ? 0 : -1)
        {
            LeadBytes = (int)ForwardOverlap.Elementwise(elements, 1, y.Element.StorageBytes),
        };
    }
}
