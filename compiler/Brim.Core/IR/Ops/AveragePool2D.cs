namespace Brim.Core.IR.Ops;

/// <summary>Mean of the valid elements of each window. Operand: x NHWC.</summary>
/// <param name="Window">Strides and padding; dilations are 1.</param>
/// <param name="KernelHeight">Rows of the window.</param>
/// <param name="KernelWidth">Columns of the window.</param>
/// <param name="Activation">Fused clamp.</param>
public sealed record AveragePool2D(Window2D Window, int KernelHeight, int KernelWidth, Activation Activation)
    : Pool2D(Window, KernelHeight, KernelWidth, Activation)
{
    /// <inheritdoc/>
    public override string Mnemonic => "average_pool2d";

    /// <inheritdoc/>
    public override void Evaluate(EvaluationContext context) => throw new NotImplementedException();
}
