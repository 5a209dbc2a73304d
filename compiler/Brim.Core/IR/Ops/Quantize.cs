using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>Float to integer codes, or integer codes to codes of another quantization. Operand: x.</summary>
public sealed record Quantize : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "quantize";

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        var (x, y) = (graph.TypeOf(node.Inputs[0]), graph.TypeOf(node.Output));
        var kind = TypeRules.Classify(node, diagnostics, y);
        if (kind is OperandClass.Float or OperandClass.Plain)
            TypeRules.Type(node, diagnostics, $"the result {y} must have quantized codes");
        else if (kind == OperandClass.Quantized && !x.Element.IsFloat && TypeRules.Classify(node, diagnostics, y, x) == OperandClass.Quantized)
            TypeRules.RequireFactor(node, diagnostics, Factor(x, y));
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, y) = (context.Input(0), context.OutputType);
        if (!x.Type.Element.IsFloat)
        {
            context.SetOutput(Rescale(x, y, Activation.None));
            return;
        }
        var range = CodeRange.Of(y.Element);
        var scale = (float)y.Quant!.Scale;
        context.SetOutput(Tensor.FromCodes(y, Array.ConvertAll(x.Floats,
            v => range.Clamp(MathF.Round(v / scale, MidpointRounding.AwayFromZero), y.Quant.ZeroPoint))));
    }

    /// <summary>
    /// Codes under another quantization: one fixed-point rescale by x scale / y scale, then a clamp. With equal quantization, and for tensors
    /// without any, a plain copy (apart from the clamp).
    /// </summary>
    internal static Tensor Rescale(Tensor x, TensorType y, Activation activation)
    {
        if (x.Type.Element.IsFloat)
        {
            var (low, high) = CodeRange.RealLimits(activation);
            return Tensor.FromFloats(y, Array.ConvertAll(x.Floats, v => MathF.Min(MathF.Max(v, low), high)));
        }
        if (x.Type.Quant is not { } from || y.Quant is not { } to)
            return x.WithType(y);
        var factor = Factor(x.Type, y);
        var range = CodeRange.Of(y, activation);
        return Tensor.FromCodes(y, Array.ConvertAll(x.Codes,
            q => range.Clamp(FixedPoint.MultiplyByQuantizedMultiplier(q - from.ZeroPoint, factor) + to.ZeroPoint)));
    }

    /// <summary>The factor from codes of one scale to those of another.</summary>
    internal static QuantizedMultiplier Factor(TensorType x, TensorType y) => QuantizedMultiplier.FromReal(x.Quant!.Scale / y.Quant!.Scale);
}
