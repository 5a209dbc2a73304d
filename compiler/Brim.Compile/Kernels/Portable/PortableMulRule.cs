using Brim.Compile.Program;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Product with broadcasting by <c>brim_mul</c>.</summary>
public sealed class PortableMulRule : PortableRule<Mul>
{
    private protected override MatchResult Match(Mul op, NodeView node) => PortableAddRule.MatchOperands(node);

    private protected override KernelCall Lower(Mul op, NodeView node, LoweringContext context)
    {
        var (a, b, y) = (node.InputType(0), node.InputType(1), node.OutputType());
        var factor = QuantizedMultiplier.FromReal(a.Quant!.Scale * b.Quant!.Scale / y.Quant!.Scale);
        var parameters = new CStruct("brim_mul_params",
        [
            CField.Of("shape", ElementwiseShape.ToStruct(node, context)),
            CField.Of("a", KernelFields.Operand(a, default)),
            CField.Of("b", KernelFields.Operand(b, default)),
            CField.Of("output", KernelFields.Result(y, factor, CodeRange.Of(y, op.Activation))),
        ]);
        return new KernelCall(
            Runtime("mul", "mul"),
            [new KernelArgument.Parameters(parameters), Operand(node, context, 0), Operand(node, context, 1), Result(node)],
            InPlaceInput: ElementwiseShape.InPlaceInput(node));
    }
}
