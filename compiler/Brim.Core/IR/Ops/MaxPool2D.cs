namespace Brim.Core.IR.Ops;

/// <summary>Largest valid element of each window. Operand: x NHWC.</summary>
/// <param name="Window">Strides and padding; dilations are 1.</param>
/// <param name="KernelHeight">Rows of the window.</param>
/// <param name="KernelWidth">Columns of the window.</param>
/// <param name="Activation">Fused clamp.</param>
public sealed record MaxPool2D(Window2D Window, int KernelHeight, int KernelWidth, Activation Activation)
    : Pool2D(Window, KernelHeight, KernelWidth, Activation)
{
    /// <inheritdoc/>
    public override string Mnemonic => "max_pool2d";

    private protected override int Reduce(ReadOnlySpan<int> codes, ReadOnlySpan<int> window)
    {
        var max = int.MinValue;
        foreach (var i in window)
            max = Math.Max(max, codes[i]);
        return max;
    }

    private protected override float Reduce(ReadOnlySpan<float> values, ReadOnlySpan<int> window)
    {
        var max = float.MinValue;
        foreach (var i in window)
            max = values[i] > max ? values[i] : max;
        return max;
    }
}
