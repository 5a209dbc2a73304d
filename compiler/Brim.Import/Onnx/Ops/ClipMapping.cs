using Brim.Core.IR;
using Brim.Core.IR.Ops;

namespace Brim.Import.Onnx.Ops;

/// <summary>
/// Clip: min(max(x, low), high). [0, inf), [0, 6] and [-1, 1] are activations of the graph; other limits are composed of ReLUs and sums:
/// max(x, low) = relu(x - low) + low, exact but for one float32 rounding of each sum. Before opset 11 the limits are attributes.
/// </summary>
internal sealed class ClipMapping() : NodeMapping("Clip", ["min", "max"])
{
    // Beyond, x - low would lose the digits of x; files state such limits to mean none.
    private const float LargestLimit = 1 << 20;

    /// <inheritdoc/>
    public override void Map(NodeContext context)
    {
        if (!context.HasOperands(1, 3))
            return;
        var low = Limit(context, 1, "min", float.NegativeInfinity);
        var high = Limit(context, 2, "max", float.PositiveInfinity);
        if (low is not { } min || high is not { } max || !context.IsFloat(context.Input(0)))
            return;
        var x = context.Input(0);
        if (min == 0 && max >= LargestLimit)
            Elementwise.Unary(context, new UnaryActivation(Activation.Relu), x);
        else if (min == 0 && max == 6)
            Elementwise.Unary(context, new UnaryActivation(Activation.Relu6), x);
        else if (min == -1 && max == 1)
            Elementwise.Unary(context, new UnaryActivation(Activation.ReluN1To1), x);
        else
            Compose(context, x, min, max);
    }

    private static float? Limit(NodeContext context, int operand, string attribute, float otherwise)
    {
        var values = context.Optional(operand) is null ? [context.Float(attribute, otherwise)] : context.ConstantFloats(operand, attribute);
        if (values is null)
            return null;
        if (values.Length == 1 && !float.IsNaN(values[0]))
            return values[0];
        context.Report(ImportDiagnostics.BadConstant, $"the limit {attribute} must be one number");
        return null;
    }

    private static void Compose(NodeContext context, OnnxValue x, float low, float high)
    {
        if (x.IsConstant || low > LargestLimit || high < -LargestLimit)
        {
            context.UnsupportedOption(FormattableString.Invariant($"limits {low} to {high} are not supported here"));
            return;
        }
        int? y = x.Id;
        if (low >= -LargestLimit)
        {
            y = context.Add(new Sub(Activation.None), y, Scalar(low));
            y = context.Add(new UnaryActivation(Activation.Relu), y);
            y = context.Add(new Add(Activation.None), y, Scalar(low));
        }
        if (high <= LargestLimit)
        {
            y = context.Add(new Sub(Activation.None), Scalar(high), y);
            y = context.Add(new UnaryActivation(Activation.Relu), y);
            y = context.Add(new Sub(Activation.None), Scalar(high), y);
        }
        context.Set(y, x.Shape, x.Order, x.Image);

        int? Scalar(float value) => context.Session.AddConstant(context.Name + "/limit", Tensor.FromFloats(new TensorType(ElementType.Float32, Shape.Scalar), [value]));
    }
}
