using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>Integer codes to floats. Operand: x.</summary>
public sealed record Dequantize : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "dequantize";

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        var (x, y) = (graph.TypeOf(node.Inputs[0]), graph.TypeOf(node.Output));
        if (!x.Element.IsInteger || x.Quant is null || !y.Element.IsFloat)
            TypeRules.Type(node, diagnostics, $"{x} to {y} is not quantized codes to floats");
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var x = context.Input(0);
        var quant = x.Type.Quant!;
        var values = new float[x.Type.Shape.ElementCount];
        var inner = quant.Axis is { } axis ? x.Type.Shape.Strides()[axis] : 1;
        for (var i = 0; i < values.Length; i++)
        {
            var channel = (int)(i / inner % quant.Scales.Length);
            values[i] = (float)quant.Scales[channel] * (int)(x.CodeAt(i) - quant.ZeroPoints[channel]);
        }
        context.SetOutput(Tensor.FromFloats(context.OutputType, values));
    }
}
