using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Core.Tests.Ops;

/// <summary>Evaluates one operator on literal tensors.</summary>
internal static class Evaluate
{
    public static TensorType Codes(ElementType element, Shape shape, double scale, int zeroPoint) =>
        new(element, shape, QuantParams.PerTensor(scale, zeroPoint));

    public static Tensor Floats(Shape shape, params float[] values) => Tensor.FromFloats(new TensorType(ElementType.Float32, shape), values);

    public static Tensor Run(Op op, TensorType result, params Tensor?[] operands)
    {
        var context = new EvaluationContext([.. operands], [result]);
        op.Evaluate(context);
        return context.Outputs[0];
    }

    public static float[] RunFloat(Op op, Shape result, params Tensor?[] operands) =>
        Run(op, new TensorType(ElementType.Float32, result), operands).Floats;
}
