using Brim.Core.Diagnostics;

namespace Brim.Core.IR.Ops;

/// <summary>A clamp that stands alone (RELU, RELU6, RELU_N1_TO_1). Operand: x.</summary>
/// <param name="Activation">The clamp.</param>
public sealed record UnaryActivation(Activation Activation) : UnaryElementwise
{
    /// <inheritdoc/>
    public override string Mnemonic => "activation";

    /// <inheritdoc/>
    public override string Attributes => $"act={Activation}";

    /// <inheritdoc/>
    public override void Verify(Graph graph, Node node, DiagnosticBag diagnostics)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(node);
        if (TypeRules.ClassifyActivations(node, diagnostics, TypeRules.AllTypes(graph, node)) == OperandClass.Quantized)
            TypeRules.RequireFactor(node, diagnostics, Quantize.Factor(graph.TypeOf(node.Inputs[0]), graph.TypeOf(node.Output)));
    }

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.SetOutput(Quantize.Rescale(context.Input(0), context.OutputType, Activation));
    }
}
