using Brim.Compile.Program;
using Brim.Core.IR;
using Brim.Core.IR.Ops;
using Brim.Core.Numerics;

namespace Brim.Compile.Kernels.Portable;

/// <summary>Concatenation of up to eight operands by <c>brim_concat</c>; operands of another quantization are rescaled on the way.</summary>
public sealed class PortableConcatRule : PortableRule<Concat>
{
    private const int MaxOperands = 8;

    private protected override MatchResult Match(Concat op, NodeView node)
    {
        if (node.Node.Inputs.Length > MaxOperands)
            return MatchResult.Decline($"{node.Node.Inputs.Length} operands; the kernel joins {MaxOperands}");
        for (var i = 0; i < node.Node.Inputs.Length; i++)
        {
            if (CodesOnly(node.InputType(i), node.OutputType()) is { Accepted: false } types)
                return types;
        }
        return MatchResult.Accept;
    }

    private protected override KernelCall Lower(Concat op, NodeView node, LoweringContext context)
    {
        var y = node.OutputType();
        var range = CodeRange.Of(y, op.Activation);
        var fields = new List<CField>
        {
            CField.Of("outer", y.Shape.Dimensions.Take(op.Axis).Aggregate(1, (a, b) => a * b)),
            CField.Of("output_type", CodeType.Of(y.Element)),
            CField.Of("zero_point", y.Quant!.ZeroPoint),
            CField.Of("act_min", range.Min),
            CField.Of("act_max", range.Max),
        };
        var arguments = new List<KernelArgument>();
        for (var i = 0; i < MaxOperands; i++)
        {
            var present = i < node.Node.Inputs.Length;
            fields.Add(CField.Of($"operand{i}", present ? Part(op, node.InputType(i), y, range) : Absent()));
            arguments.Add(present ? Operand(node, context, i) : new KernelArgument.Constant(null));
        }
        var parameters = new KernelArgument.Parameters(new CStruct("brim_concat_params", [.. fields]));
        return new KernelCall(Runtime("concat", "concat"), [parameters, .. arguments, Result(node)]);
    }

    private static CStruct Part(Concat op, TensorType x, TensorType y, CodeRange range)
    {
        // Equal quantization rescales by exactly 1; then only the range can change a code.
        var same = x.Element == y.Element && x.Quant!.Equals(y.Quant) && range == CodeRange.Of(y.Element);
        return Fields((int)x.Shape.Strides()[op.Axis] * x.Shape[op.Axis], CodeType.Of(x.Element), same ? 0 : 1, x.Quant!.ZeroPoint,
            QuantizedMultiplier.FromReal(x.Quant.Scale / y.Quant!.Scale));
    }

    private static CStruct Absent() => Fields(0, 0, 0, 0, default);

    private static CStruct Fields(int count, int type, int rescale, int zeroPoint, QuantizedMultiplier factor) => new("brim_concat_operand",
    [
        CField.Of("count", count),
        CField.Of("type", type),
        CField.Of("rescale", rescale),
        CField.Of("zero_point", zeroPoint),
        CField.Of("scale", KernelFields.Scale(factor)),
    ]);
}
