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

    private protected override int Reduce(ReadOnlySpan<int> codes, ReadOnlySpan<int> window)
    {
        var sum = 0;
        foreach (var i in window)
            sum += codes[i];
        // Half away from zero, the division truncating.
        return (sum > 0 ? sum + (window.Length / 2) : sum - (window.Length / 2)) / window.Length;
    }

    private protected override float Reduce(ReadOnlySpan<float> values, ReadOnlySpan<int> window)
    {
        var sum = 0f;
        foreach (var i in window)
            sum += values[i];
        return sum / window.Length;
    }
}
