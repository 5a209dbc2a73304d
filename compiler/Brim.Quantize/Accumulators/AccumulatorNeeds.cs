using Brim.Quantize.Weights;

namespace Brim.Quantize.Accumulators;

/// <summary>The accumulator width that each bound asks of one layer, the largest over its output channels.</summary>
/// <param name="DataType">From the element types alone.</param>
/// <param name="A2Q">From the l1 norm, any signs.</param>
/// <param name="A2QPlus">From the l1 norm of zero-centred weights.</param>
/// <param name="Exact">Two-sided and exact: one bit less can overflow.</param>
/// <param name="Centred">Exact with a start value chosen by the compiler.</param>
public sealed record AccumulatorNeeds(int DataType, int A2Q, int A2QPlus, int Exact, int Centred)
{
    /// <summary>Measures a layer.</summary>
    /// <param name="codes">Integer weights, one row an output channel.</param>
    /// <param name="weightBits">Declared width of the weights.</param>
    /// <param name="factors">
    /// What the weights are multiplied by: activation codes minus their zero point. The published bounds know only data types, so they get the
    /// smallest one that holds this range: a byte with zero point -128 is an unsigned one, a byte with zero point -10 has nine bits.
    /// </param>
    public static AccumulatorNeeds Of(WeightCodes codes, int weightBits, IntegerRange factors)
    {
        ArgumentNullException.ThrowIfNull(codes);
        var signed = factors.Min < 0;
        var bits = signed ? factors.SignedBits : factors.UnsignedBits;
        int a2q = 1, a2qPlus = 1, exact = 1, centred = 1;
        for (var row = 0; row < codes.Rows; row++)
        {
            var w = codes.Row(row);
            var (positive, negative) = AccumulatorBounds.SignedSums(w);
            a2q = Math.Max(a2q, AccumulatorBounds.A2QBits(positive + negative, bits, signed));
            a2qPlus = Math.Max(a2qPlus, AccumulatorBounds.A2QPlusBits(w, bits));
            exact = Math.Max(exact, AccumulatorBounds.ExactBits(w, factors));
            centred = Math.Max(centred, AccumulatorBounds.CentredBits(w, factors));
        }
        return new(AccumulatorBounds.DataTypeBits(codes.Columns, bits, weightBits, signed), a2q, a2qPlus, exact, centred);
    }
}
