using System.Collections.Immutable;
using System.Globalization;
using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>exp(Beta * x) divided by its sum along one dimension. Operand: x.</summary>
/// <param name="Beta">Factor of the exponent, greater than 0.</param>
/// <param name="Axis">The dimension; negative counts from the end.</param>
public sealed record Softmax(double Beta, int Axis = -1) : Op
{
    /// <inheritdoc/>
    public override string Mnemonic => "softmax";

    /// <inheritdoc/>
    public override string Attributes => string.Create(CultureInfo.InvariantCulture, $"beta={Beta:R} axis={Axis}");

    /// <inheritdoc/>
    public override ImmutableArray<Shape> InferShapes(ReadOnlySpan<TensorType?> operands, SourceLocation location, DiagnosticBag diagnostics)
    {
        if (!ShapeRules.HasOperands(this, operands, 1, 1, location, diagnostics))
            return [];
        var x = operands[0]!.Shape;
        return Axis < x.Rank && Axis >= -x.Rank
            ? [x]
            : ShapeRules.Mismatch(this, location, diagnostics, $"axis {Axis} of [{x}]");
    }

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        var (x, y) = (graph.TypeOf(node.Inputs[0]), graph.TypeOf(node.Output));
        if (TypeRules.ClassifyActivations(node, diagnostics, x, y) != OperandClass.Quantized)
            return;
        if (x.Element.Bits == 16 && y.Element.Bits != 16)
            TypeRules.Type(node, diagnostics, $"{x.Element} to {y.Element} is not defined");
        else if (x.Element.Bits == 16)
        {
            TypeRules.RequireResult(node, diagnostics, y, 1.0 / 32768, 0);
            TypeRules.RequireFactor(node, diagnostics, SoftmaxInt16.From(Beta, x.Quant!.Scale).Input);
        }
        else
            TypeRules.RequireResult(node, diagnostics, y, Math.ScaleB(1, -y.Element.Bits), y.Element.MinCode);
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, y) = (context.Input(0), context.OutputType);
        var axis = Axis < 0 ? Axis + y.Shape.Rank : Axis;
        var depth = y.Shape[axis];
        var stride = (int)y.Shape.Strides()[axis];
        var result = Tensor.Zeros(y);
        var rows = depth == 0 ? 0 : y.Shape.ElementCount / depth;
        for (var row = 0; row < rows; row++)
        {
            var first = (row / stride * stride * depth) + (row % stride);
            if (y.Element.IsFloat)
                EvaluateRow(x.Floats, result.Floats, first, stride, depth);
            else
                EvaluateRow(x, result, first, stride, depth);
        }
        context.SetOutput(result);
    }

    private void EvaluateRow(Tensor x, Tensor y, int first, int stride, int depth)
    {
        var row = new int[depth];
        var codes = new int[depth];
        for (var i = 0; i < depth; i++)
            row[i] = x.Codes[first + (i * stride)];
        if (x.Type.Element.Bits == 16)
            SoftmaxInt16.From(Beta, x.Type.Quant!.Scale).Evaluate(row, codes);
        else
            SoftmaxScaling.From(Beta, x.Type.Quant!.Scale).Evaluate(row, codes, y.Type.Element.Bits, CodeRange.Of(y.Type.Element));
        for (var i = 0; i < depth; i++)
            y.Codes[first + (i * stride)] = codes[i];
    }

    private void EvaluateRow(float[] x, float[] y, int first, int stride, int depth)
    {
        var max = float.MinValue;
        for (var i = 0; i < depth; i++)
            max = MathF.Max(max, x[first + (i * stride)]);
        var sum = 0f;
        for (var i = 0; i < depth; i++)
        {
            var at = first + (i * stride);
            y[at] = MathF.Exp((x[at] - max) * (float)Beta);
            sum += y[at];
        }
        for (var i = 0; i < depth; i++)
            y[first + (i * stride)] /= sum;
    }
}
