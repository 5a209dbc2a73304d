namespace Brim.Quantize.Weights;

/// <summary>A limit on the codes of an output channel that depends on the codes chosen so far (accumulator-aware rounding).</summary>
public interface ICodeConstraint
{
    /// <summary>Starts an output channel.</summary>
    /// <param name="weights">Its real weights divided by the scale, one a column.</param>
    /// <param name="limit">Largest code of the grid.</param>
    /// <param name="start">What the sum starts from where the bound counts it: the bias in units of the products.</param>
    IRowConstraint Begin(ReadOnlySpan<double> weights, int limit, long start = 0);
}
