using Brim.Core.Diagnostics;
using Brim.Core.Numerics;

namespace Brim.Core.IR.Ops;

/// <summary>
/// Keeps a window of the bits of every code: the operator of SPARQ (arXiv 2105.11010) on activations, without pairs. On unsigned codes with zero point 0 it is the paper's rule;
/// of other codes the distance from the zero point is windowed and the sign kept. Operand and result have one type. Floats have no bits to choose from: on
/// them it is the identity. Operand: x.
/// </summary>
/// <param name="Window">The window.</param>
public sealed record WindowBits(BitWindow Window) : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "window_bits";

    /// <inheritdoc/>
    public override string Attributes => $"window={Window}";

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        TypeRules.VerifyWindows(graph, node, diagnostics, Window);
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (x, y) = (context.Input(0), context.OutputType);
        context.SetOutput(y.Element.IsFloat
            ? x.WithType(y)
            : Tensor.FromCodes(y, Array.ConvertAll(x.Codes, q => Window.Apply(q, y.Quant!.ZeroPoint, y.Element))));
    }
}
