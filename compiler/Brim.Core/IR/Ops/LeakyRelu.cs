using System.Globalization;
using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>x for x >= 0, else Alpha * x. Operand: x.</summary>
/// <param name="Alpha">Slope for negative inputs.</param>
public sealed record LeakyRelu(double Alpha) : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "leaky_relu";

    /// <inheritdoc/>
    public override string Attributes => string.Create(CultureInfo.InvariantCulture, $"alpha={Alpha:R}");

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        if (TypeRules.ClassifyActivations(node, diagnostics, TypeRules.AllTypes(graph, node)) != OperandClass.Quantized)
            return;
        var (identity, slope) = Factors(graph.TypeOf(node.Inputs[0]), graph.TypeOf(node.Output));
        TypeRules.RequireFactor(node, diagnostics, identity);
        TypeRules.RequireFactor(node, diagnostics, slope);
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, y) = (context.Input(0), context.OutputType);
        if (y.Element.IsFloat)
        {
            context.SetOutput(Tensor.FromFloats(y, Array.ConvertAll(x.Floats, v => v > 0 ? v : v * (float)Alpha)));
            return;
        }
        var (identity, slope) = Factors(x.Type, y);
        var range = CodeRange.Of(y.Element);
        context.SetOutput(Tensor.FromCodes(y, Array.ConvertAll(x.Codes, q =>
        {
            var offset = q - x.Type.Quant!.ZeroPoint;
            return range.Clamp(FixedPoint.MultiplyByQuantizedMultiplier(offset, offset >= 0 ? identity : slope) + y.Quant!.ZeroPoint);
        })));
    }

    /// <summary>Factors for non-negative and for negative inputs, formed in float32 as TFLite does.</summary>
    public (QuantizedMultiplier Identity, QuantizedMultiplier Slope) Factors(TensorType x, TensorType y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var (from, to) = ((float)x.Quant!.Scale, (float)y.Quant!.Scale);
        return (QuantizedMultiplier.FromReal(from / to), QuantizedMultiplier.FromReal(from * (float)Alpha / to));
    }
}
