using Brim.Quantize.Evaluation;
using Brim.Quantize.Networks;
using Brim.Quantize.PowerOfTwo;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Training;

/// <summary>
/// The accumulator that a layer keeps to while it is trained: after every step the codes are those nearest to the latent weights that the bound allows,
/// the largest weights first. The proof is that of AXE (arXiv 2409.17092), whatever method made the first codes; the bias counts where that method counted it.
/// </summary>
internal sealed class LayerBound
{
    private readonly AxeConstraint _constraint;
    private readonly double _dataScale; // 0 if the bias does not count

    private LayerBound(AxeConstraint constraint, double dataScale, bool hasFixedScales) => (_constraint, _dataScale, HasFixedScales) = (constraint, dataScale, hasFixedScales);

    /// <summary>True if the layer's scales are powers of two and must stay so.</summary>
    public bool HasFixedScales { get; }

    /// <summary>The bound of a layer; null if it has none.</summary>
    public static LayerBound? Of(LayerWidths widths, FakeQuantizer input)
    {
        var isShift = widths.Method == RoundingMethods.DeBruin;
        // What was only observed bounds nothing.
        var bits = widths.Range == RangeEvidence.Observed ? null : widths.AccumulatorBits;
        if (bits is null && !isShift)
            return null;
        // Without an accumulator only the scales are bound; 32 bits constrain nothing.
        // The methods with a bound of their own know no tiles: theirs holds for the whole dot product.
        var tile = isShift || widths.Method is "ep" or "ep+" ? null : widths.TileSize;
        var constraint = new AxeConstraint(bits ?? 32, GraphQuantizer.Factors(input), tile ?? int.MaxValue);
        return new(constraint, isShift ? input.Quant.Scale : 0, isShift);
    }

    /// <summary>Rounds a row.</summary>
    /// <param name="latent">Latent weights in units of the scale; those that the bound keeps from their code are moved to half a step from the code they got.</param>
    /// <param name="codes">Takes the codes.</param>
    /// <param name="limit">Largest code.</param>
    /// <param name="bias">Bias in units of the weights' scale.</param>
    public void Round(Span<double> latent, Span<int> codes, int limit, double bias)
    {
        var start = _dataScale > 0 ? (long)Math.Round(bias / _dataScale) : 0;
        var rounding = new RowRounding(_constraint.Begin(latent, limit, start), 1, limit);
        var (order, magnitudes) = (new int[latent.Length], new double[latent.Length]);
        for (var k = 0; k < order.Length; k++)
            (order[k], magnitudes[k]) = (k, -Math.Abs(latent[k]));
        Array.Sort(magnitudes, order);
        foreach (var k in order)
        {
            codes[k] = rounding.Round(k, latent[k]);
            // Further away it would not come back when the bound leaves room again.
            if (Math.Abs(latent[k]) <= limit)
                latent[k] = Math.Clamp(latent[k], codes[k] - 0.5, codes[k] + 0.5);
        }
    }
}
