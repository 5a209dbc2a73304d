using System.Collections.Immutable;
using Brim.Quantize.Weights;

namespace Brim.Quantize.Networks;

/// <summary>The quantized parameters of one layer.</summary>
/// <param name="Codes">Integer weights, one row an output channel, columns in the order of the float weights.</param>
/// <param name="Grid">Their scales.</param>
/// <param name="Bias">Real bias of each output channel, corrected.</param>
public sealed record LayerQuantization(WeightCodes Codes, WeightGrid Grid, ImmutableArray<double> Bias)
{
    /// <summary>Largest bias code; it leaves the sum of products three bits of an int32 accumulator.</summary>
    private const double LargestBias = 1 << 28;

    /// <summary>
    /// The same layer with coarser scales for channels whose bias would not fit int32: their weights are next to nothing beside it, as batch
    /// normalization leaves channels that never fire. Scales grow by powers of two and weights shrink with them.
    /// </summary>
    /// <param name="inputScale">Scale of the layer's input; a bias code counts input scale * weight scale.</param>
    public LayerQuantization FittingBias(double inputScale)
    {
        var factors = Bias.Select((b, r) => Math.Max(1, Math.ScaleB(1, Exponent(Math.Abs(b) / (inputScale * Grid.Scales[r] * LargestBias))))).ToArray();
        if (factors.All(f => f == 1))
            return this;
        var codes = new WeightCodes(Codes.Rows, Codes.Columns, [.. Codes.Elements.Select((w, i) => (int)Math.Round(w / factors[i / Codes.Columns]))]);
        return this with { Codes = codes, Grid = Grid.WithScales([.. Grid.Scales.Select((s, r) => s * factors[r])]) };
    }

    private static int Exponent(double ratio) => ratio <= 1 ? 0 : Math.ILogB(ratio) + 1;
}
